using System.Globalization;

namespace Tidy.Docs;

/// <summary>A specification that others implement from says what the code does: the same names with the same values.</summary>
public static class SpecRule
{
    /// <summary>Compares a table with the constants it speaks of; <paramref name="source"/> is the type that holds them.</summary>
    public static IEnumerable<Finding> Check(SpecTable table, IReadOnlyDictionary<string, decimal> constants, string source)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            if (Judge(row, constants, source, seen) is { } sentence)
            {
                yield return new Finding(table.Path, row.Line, sentence);
            }
        }

        foreach (var (name, value) in constants.Where(c => !seen.Contains(c.Key)))
        {
            yield return new Finding(table.Path, table.Line, $"{source}.{name} = {Show(value)} is missing from the table {table.Name}: add a row");
        }
    }

    /// <summary>The table of a page by name, or the finding that it is not there, for constants that exist.</summary>
    public static (SpecTable? Table, Finding? Missing) Find(SourceFile page, string table, string source)
    {
        var found = SpecTable.FindAll(page).FirstOrDefault(t => t.Name == table);
        return found is not null
            ? (found, null)
            : (null, new Finding(page.Path, 0, $"{source} has no table here: list its names and values between <!-- table:{table} --> and <!-- /table -->"));
    }

    private static string? Judge(SpecTable.Row row, IReadOnlyDictionary<string, decimal> constants, string source, HashSet<string> seen)
    {
        if (!seen.Add(row.Name))
        {
            return $"{row.Name} stands in the table twice: remove one row";
        }

        if (!constants.TryGetValue(row.Name, out var actual))
        {
            return $"{source} has no {row.Name}: remove the row, or add the constant";
        }

        if (!SpecValue.TryParse(row.Value, row.Name, out var stated))
        {
            return $"cannot read '{row.Value}' as the value of {row.Name}: write a number, 0x…, 2^n, KiB, MiB, or a time where the name ends in Ns, Us or Ms";
        }

        return stated == actual ? null : $"the page says {row.Name} is {row.Value}, {source} says {Show(actual)}: make them agree";
    }

    private static string Show(decimal value) => value.ToString("#,0.####", CultureInfo.InvariantCulture);
}
