namespace Wan.Commands;

/// <summary>Columns as wide as their widest cell, two blanks apart.</summary>
internal sealed class Table(params string[] header)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [header];

    public void Add(params string[] row)
    {
        if (row.Length != header.Length)
        {
            throw new InvalidOperationException($"A row of {row.Length} cells in a table of {header.Length} columns.");
        }

        _rows.Add(row);
    }

    public void WriteTo(TextWriter output)
    {
        int[] widths = [.. Enumerable.Range(0, header.Length).Select(column => _rows.Max(row => row[column].Length))];
        foreach (string[] row in _rows)
        {
            output.WriteLine(string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }
}
