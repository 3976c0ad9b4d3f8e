namespace Tidy;

/// <summary>The working tree that this assembly was built from. What .gitignore names is not part of it.</summary>
public sealed class Repository
{
    private readonly string _root;
    private readonly HashSet<string> _ignoredDirectories = new(StringComparer.Ordinal) { ".git" };
    private readonly List<string> _ignoredExtensions = [];

    private Repository(string root)
    {
        _root = root;
        foreach (var line in File.ReadLines(Path.Combine(root, ".gitignore")))
        {
            if (line.EndsWith('/'))
            {
                _ignoredDirectories.Add(line.Trim('/'));
            }
            else if (line.StartsWith("*.", StringComparison.Ordinal))
            {
                _ignoredExtensions.Add(line[1..]);
            }
        }

        Paths = [.. Walk(root).Select(p => Path.GetRelativePath(root, p).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }

    public static Repository Here { get; } = new(FindRoot(AppContext.BaseDirectory));

    /// <summary>Every file, by its path from the root.</summary>
    public IReadOnlyList<string> Paths { get; }

    public SourceFile Read(string path) => new(path, File.ReadAllText(Path.Combine(_root, path)).ReplaceLineEndings("\n"));

    /// <summary>The files below any of the folders (all files where none is given) whose names end so.</summary>
    public IEnumerable<SourceFile> Files(string ending, params string[] folders) =>
        Paths.Where(p => p.EndsWith(ending, StringComparison.Ordinal)
                && (folders.Length == 0 || folders.Any(f => p.StartsWith(f + "/", StringComparison.Ordinal))))
            .Select(Read);

    /// <summary>
    /// Where a project's assembly was built, in the configuration that this assembly was built in. Tidy's project file
    /// references every project under src, so the assembly is there and current whenever this code runs.
    /// </summary>
    public string AssemblyPath(string project)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(_root, "artifacts", "bin", project, configuration, project + ".dll");
    }

    public bool HasProject(string name) => Paths.Contains($"src/{name}/{name}.csproj");

    private IEnumerable<string> Walk(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory))
        {
            if (Path.GetFileName(file) != ".git" && !_ignoredExtensions.Any(e => file.EndsWith(e, StringComparison.Ordinal)))
            {
                yield return file;
            }
        }

        foreach (var child in Directory.EnumerateDirectories(directory))
        {
            if (!_ignoredDirectories.Contains(Path.GetFileName(child)))
            {
                foreach (var file in Walk(child))
                {
                    yield return file;
                }
            }
        }
    }

    private static string FindRoot(string start)
    {
        for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "ScpFabric.sln")))
            {
                return at.FullName;
            }
        }

        throw new InvalidOperationException($"No ScpFabric.sln above {start}: Tidy reads the repository that it was built in.");
    }
}
