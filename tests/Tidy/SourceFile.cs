namespace Tidy;

/// <summary>A text file under judgement: its path from the repository's root, with forward slashes, and what it says.</summary>
public sealed record SourceFile(string Path, string Text)
{
    private string[]? _lines;

    public IReadOnlyList<string> Lines => _lines ??= Text.Split('\n');

    /// <summary>The line that holds a position of the text, counted from 1.</summary>
    public int LineAt(int position) => Text.AsSpan(0, position).Count('\n') + 1;
}
