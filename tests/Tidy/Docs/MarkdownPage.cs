using System.Text;
using System.Text.RegularExpressions;

namespace Tidy.Docs;

/// <summary>A page's links and the anchors that others may link to. Code, fenced or inline, holds neither.</summary>
public sealed partial class MarkdownPage
{
    private readonly string _prose;

    public MarkdownPage(SourceFile file)
    {
        File = file;
        var withoutFences = Fence().Replace(file.Text, m => Blank(m.Value));
        _prose = InlineCode().Replace(withoutFences, m => Blank(m.Value));
        Anchors = FindAnchors(withoutFences);
    }

    public SourceFile File { get; }

    public IReadOnlySet<string> Anchors { get; }

    public IEnumerable<(string Target, int Line)> Links =>
        InlineLink().Matches(_prose).Concat(LinkDefinition().Matches(_prose))
            .Select(m => (m.Groups["target"].Value, File.LineAt(m.Index)));

    /// <summary>The anchor that a heading gets: lower case, markup and punctuation dropped, blanks become hyphens.</summary>
    public static string AnchorOf(string heading)
    {
        var anchor = new StringBuilder();
        foreach (var c in LinkText().Replace(heading, "$1").Trim())
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '_')
            {
                anchor.Append(char.ToLowerInvariant(c));
            }
            else if (c == ' ')
            {
                anchor.Append('-');
            }
        }

        return anchor.ToString();
    }

    private static HashSet<string> FindAnchors(string text)
    {
        var anchors = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(text))
        {
            var anchor = AnchorOf(heading.Groups["text"].Value);
            for (var n = 1; !anchors.Add(n == 1 ? anchor : $"{anchor}-{n - 1}"); n++)
            {
            }
        }

        anchors.UnionWith(NamedAnchor().Matches(text).Select(m => m.Groups["name"].Value));
        return anchors;
    }

    /// <summary>The same length and the same lines, and nothing to read: positions stay true.</summary>
    private static string Blank(string code) => NotNewline().Replace(code, "x");

    [GeneratedRegex(@"^(?<fence>```+|~~~+)[^\n]*\n.*?^\k<fence>[ ]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"(?<ticks>`+)(?!`).+?(?<!`)\k<ticks>(?!`)", RegexOptions.Singleline)]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"\[(?:[^\[\]]|\[[^\]]*\])*\]\(\s*<?(?<target>[^)\s>]+)>?(?:\s+""[^""]*"")?\s*\)")]
    private static partial Regex InlineLink();

    [GeneratedRegex(@"^[ ]{0,3}\[[^\]\n]+\]:[ ]*<?(?<target>[^\s>]+)>?", RegexOptions.Multiline)]
    private static partial Regex LinkDefinition();

    [GeneratedRegex(@"^#{1,6}[ ]+(?<text>[^\n]+?)[ #]*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"<a\s+(?:id|name)=""(?<name>[^""]+)""")]
    private static partial Regex NamedAnchor();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"[^\n]")]
    private static partial Regex NotNewline();
}
