using System.Text.RegularExpressions;

namespace Tidy.Docs;

/// <summary>
/// A table of a specification that must equal constants in code: it stands between `&lt;!-- table:NAME --&gt;` and
/// `&lt;!-- /table --&gt;`, its first two columns are name and value.
/// </summary>
public sealed partial record SpecTable(string Name, string Path, int Line, IReadOnlyList<SpecTable.Row> Rows)
{
    public readonly record struct Row(string Name, string Value, int Line);

    public static IEnumerable<SpecTable> FindAll(SourceFile page) =>
        Marked().Matches(page.Text).Select(m => new SpecTable(m.Groups["name"].Value, page.Path, page.LineAt(m.Index), [.. RowsOf(page, m)]));

    private static IEnumerable<Row> RowsOf(SourceFile page, Match table)
    {
        var body = table.Groups["body"];
        var line = page.LineAt(body.Index);
        var rows = body.Value.Split('\n')
            .Select((text, i) => (Text: text.Trim(), Line: line + i))
            .Where(row => row.Text.StartsWith('|'))
            .Skip(2);
        foreach (var row in rows)
        {
            var cells = row.Text.Trim('|').Split('|');
            yield return new Row(cells[0].Replace("`", "").Trim(), cells.Length > 1 ? cells[1].Trim() : "", row.Line);
        }
    }

    [GeneratedRegex(@"<!--\s*table:(?<name>[a-z-]+)\s*-->(?<body>.*?)<!--\s*/table\s*-->", RegexOptions.Singleline)]
    private static partial Regex Marked();
}
