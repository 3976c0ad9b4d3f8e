namespace Tidy.Docs;

/// <summary>Every link inside the repository leads somewhere: to a file or folder that is there, to a heading that it has.</summary>
public static class LinkRule
{
    public static IEnumerable<Finding> Check(IReadOnlyList<MarkdownPage> pages, IReadOnlyCollection<string> paths)
    {
        var files = paths.ToHashSet(StringComparer.Ordinal);
        var folders = paths.SelectMany(FoldersAbove).ToHashSet(StringComparer.Ordinal);
        var byPath = pages.ToDictionary(p => p.File.Path);
        foreach (var page in pages)
        {
            foreach (var (target, line) in page.Links.Where(l => !LeadsOutside(l.Target)))
            {
                var (path, anchor) = Split(page.File.Path, target);
                if (!files.Contains(path) && !folders.Contains(path))
                {
                    yield return new Finding(page.File.Path, line, $"the link {target} leads to {path}, which is not there: mend the link or write the page");
                }
                else if (anchor.Length > 0 && byPath.TryGetValue(path, out var there) && !there.Anchors.Contains(anchor))
                {
                    yield return new Finding(page.File.Path, line, $"{path} has no heading #{anchor}: it has {string.Join(", ", there.Anchors.Select(a => "#" + a))}");
                }
            }
        }
    }

    private static bool LeadsOutside(string target) => target.Contains("://", StringComparison.Ordinal) || target.StartsWith("mailto:", StringComparison.Ordinal);

    private static (string Path, string Anchor) Split(string from, string target)
    {
        var hash = target.IndexOf('#');
        var (path, anchor) = hash < 0 ? (target, "") : (target[..hash], target[(hash + 1)..]);
        return (path.Length == 0 ? from : Resolve(from, path), anchor);
    }

    private static string Resolve(string from, string relative)
    {
        var parts = new List<string>(relative.StartsWith('/') ? [] : from.Split('/')[..^1]);
        foreach (var part in relative.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                if (parts.Count == 0)
                {
                    return relative;
                }

                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    private static IEnumerable<string> FoldersAbove(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            yield return path[..slash];
        }

        yield return "";
    }
}
