namespace Tidy.Purity;

/// <summary>Judges what a scope uses against what pure code may not touch.</summary>
public static class PurityRule
{
    public static IEnumerable<Finding> Check(PurityScope scope, IEnumerable<ApiUse> uses) =>
        // Naming a member also names its type, on the same line: the first rule that bites speaks once.
        uses.Select(use => (Use: use, Ban: BannedApi.All.FirstOrDefault(b => b.Matches(use))))
            .Where(pair => pair.Ban is not null)
            .GroupBy(pair => (pair.Use.Type, pair.Use.By, pair.Use.Line))
            .Select(group => group.OrderBy(pair => pair.Use.Member is null).First())
            .Select(pair => new Finding(
                pair.Use.File ?? pair.Use.By,
                pair.Use.Line,
                $"{scope} is pure, but {pair.Use.By} uses {Describe(pair.Use)}: {pair.Ban!.Instead}"));

    private static string Describe(ApiUse use) => use.Member is null ? use.Type : $"{use.Type}.{use.Member.TrimEnd('(', ')')}";
}
