using System.Text;

namespace Scp.Serialization.Generator.Emit;

/// <summary>Lines of C# with their indentation, and names for locals that nobody else has.</summary>
internal sealed class CodeWriter
{
    private const int IndentSpaces = 4;

    private readonly StringBuilder _text = new();
    private int _depth;
    private int _locals;
    private bool _afterBlock;

    /// <summary>A name that no other local of the method has; members are always written with "this." or inside a new expression.</summary>
    public string Local(string stem) => $"{stem}{_locals++}";

    /// <summary>Called between methods: generated files then differ only where their types do.</summary>
    public void ResetLocals() => _locals = 0;

    /// <summary>A line, set apart from a block before it.</summary>
    public void Line(string line)
    {
        if (_afterBlock && line != "else")
        {
            _text.Append('\n');
        }

        Append(line);
        _afterBlock = false;
    }

    public void Blank() => _text.Append('\n');

    public void Open(string header)
    {
        Line(header);
        Append("{");
        _depth++;
    }

    public void Close(string after = "")
    {
        _depth--;
        Append("}" + after);
        _afterBlock = true;
    }

    /// <summary>A guard: leaves the method with false if <paramref name="condition"/> holds.</summary>
    public void FailIf(string condition)
    {
        Open($"if ({condition})");
        Line("return false;");
        Close();
    }

    private void Append(string line) => _text.Append(' ', _depth * IndentSpaces).Append(line).Append('\n');

    public override string ToString() => _text.ToString();
}
