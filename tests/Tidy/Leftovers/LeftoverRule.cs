using System.Text.RegularExpressions;

namespace Tidy.Leftovers;

/// <summary>What must not be left behind: notes to oneself, bodies to be written, paths of one machine, stray blanks.</summary>
public static partial class LeftoverRule
{
    private static readonly string[] TextEndings =
        [".cs", ".csproj", ".props", ".targets", ".sln", ".md", ".sh", ".json", ".yaml", ".yml", ".txt", ".patch", ".svg", ".service", "Makefile", ".ci/run", ".editorconfig", ".gitignore"];

    public static bool IsText(string path) => TextEndings.Any(e => path.EndsWith(e, StringComparison.Ordinal));

    public static IEnumerable<Finding> CheckNotes(SourceFile code) =>
        Scan(code, Note(), m => $"{m.Value} is left behind: do it now, or say in a sentence why things are as they are");

    public static IEnumerable<Finding> CheckMachinePaths(SourceFile text) =>
        Scan(text, MachinePath(), m => $"{m.Value} is a path of one machine: say it relative to the repository, or take it as an option");

    public static IEnumerable<Finding> CheckBlanks(SourceFile code) =>
        Scan(code, StrayBlank(), m => m.Value.Contains('\t')
            ? "a tab: indent with spaces (`dotnet format`), and write \\t inside a string"
            : "blanks at the end of the line: remove them (`dotnet format`)");

    private static IEnumerable<Finding> Scan(SourceFile file, Regex pattern, Func<Match, string> sentence) =>
        from line in Enumerable.Range(0, file.Lines.Count)
        let match = pattern.Match(file.Lines[line])
        where match.Success
        select new Finding(file.Path, line + 1, sentence(match));

    // Character classes keep this rule from finding itself.
    [GeneratedRegex(@"\b(T[O]DO|F[I]XME|H[A]CK|X[X]X|NotImplemented[E]xception)\b")]
    private static partial Regex Note();

    [GeneratedRegex(@"(?<![\w.\-/)}*])/(work|root|home|Users)/[\w.]+")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\t|[ ]+$")]
    private static partial Regex StrayBlank();
}
