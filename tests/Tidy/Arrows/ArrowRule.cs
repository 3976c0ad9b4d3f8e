namespace Tidy.Arrows;

/// <summary>Judges project files against the arrows of the house.</summary>
public static class ArrowRule
{
    private const string TablePath = "tests/Tidy/Arrows/AllowedArrows.cs";

    public static IEnumerable<Finding> Check(IEnumerable<ProjectFile> projects, IReadOnlyDictionary<string, string[]> table)
    {
        foreach (var project in projects.Where(p => p.Path.StartsWith("src/", StringComparison.Ordinal)))
        {
            if (!table.ContainsKey(project.Name))
            {
                yield return new Finding(project.Path, 0,
                    $"{project.Name} is not in the table of arrows: add it to {TablePath} with what it may reference, and to docs/architecture.md");
                continue;
            }

            var reachable = AllowedArrows.ReachableFrom(project.Name, table);
            foreach (var reference in project.Projects)
            {
                if (Judge(project.Name, reference, reachable) is { } sentence)
                {
                    yield return new Finding(project.Path, reference.Line, sentence);
                }
            }
        }
    }

    public static IEnumerable<Finding> CheckRoslyn(IEnumerable<ProjectFile> projects) =>
        from project in projects
        where project.Path.StartsWith("src/", StringComparison.Ordinal) && !AllowedArrows.MayUseRoslyn.Contains(project.Name)
        from package in project.Packages
        where package.Target.StartsWith("Microsoft.CodeAnalysis.CSharp", StringComparison.Ordinal)
        select new Finding(project.Path, package.Line,
            $"{project.Name} may not hold Roslyn: compile in Fragmenter or Fragments.Compiler, which run in processes of their own");

    private static string? Judge(string project, ProjectFile.Reference reference, IReadOnlySet<string> reachable)
    {
        var target = Path.GetFileNameWithoutExtension(reference.Target);
        if (!reference.Target.StartsWith("src/", StringComparison.Ordinal))
        {
            return $"{project} references {reference.Target}: what is under src knows nothing of tests, bench and tools; move what it needs into src";
        }

        // The generator writes code for whoever may use the serializer, and is loaded by the compiler alone.
        if (target == AllowedArrows.Generator)
        {
            var usesSerializer = project == "Scp.Serialization" || reachable.Contains("Scp.Serialization");
            return reference.IsAnalyzer && usesSerializer
                ? null
                : $"{project} references {target}: only as an analyzer (OutputItemType=\"Analyzer\" ReferenceOutputAssembly=\"false\"), and only where Scp.Serialization may be referenced";
        }

        return reachable.Contains(target)
            ? null
            : $"{project} may not reference {target}: no arrow leads there; pass what it needs through a seam, or change the house in {TablePath} and docs/architecture.md";
    }
}
