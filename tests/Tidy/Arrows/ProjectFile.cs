using System.Xml;
using System.Xml.Linq;

namespace Tidy.Arrows;

/// <summary>What a project file says about others: which projects and which packages it names.</summary>
public sealed record ProjectFile(string Path, string Name, IReadOnlyList<ProjectFile.Reference> Projects, IReadOnlyList<ProjectFile.Reference> Packages)
{
    /// <summary>An item of a project file. An analyzer runs in the compiler and is not loaded by what is compiled.</summary>
    public readonly record struct Reference(string Target, bool IsAnalyzer, int Line);

    public static ProjectFile Parse(SourceFile file)
    {
        var items = XDocument.Parse(file.Text, LoadOptions.SetLineInfo).Descendants().ToList();
        return new ProjectFile(
            file.Path,
            System.IO.Path.GetFileNameWithoutExtension(file.Path),
            [.. Items(items, "ProjectReference").Select(i => ToReference(i, ResolveFrom(file.Path, Include(i))))],
            [.. Items(items, "PackageReference").Select(i => ToReference(i, Include(i)))]);
    }

    private static IEnumerable<XElement> Items(IEnumerable<XElement> elements, string name) =>
        elements.Where(e => e.Name.LocalName == name && e.Attribute("Include") is not null);

    private static string Include(XElement item) => item.Attribute("Include")!.Value;

    private static Reference ToReference(XElement item, string target) =>
        new(target, item.Attribute("OutputItemType")?.Value == "Analyzer", ((IXmlLineInfo)item).LineNumber);

    /// <summary>The path from the root that a relative path in a project file means.</summary>
    private static string ResolveFrom(string projectPath, string include)
    {
        var parts = new List<string>(projectPath.Split('/')[..^1]);
        foreach (var part in include.Replace('\\', '/').Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }
}
