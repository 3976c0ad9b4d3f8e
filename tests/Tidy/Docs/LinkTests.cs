namespace Tidy.Docs;

[TestFixture]
public sealed class LinkTests
{
    private static readonly string[] Paths = ["README.md", "docs/a.md", "docs/adr/0001.md", "src/X/X.cs"];

    [Test]
    public void Every_link_in_the_docs_leads_somewhere()
    {
        var pages = Repository.Here.Files(".md").Select(f => new MarkdownPage(f)).ToList();
        Expect.Nothing(LinkRule.Check(pages, Repository.Here.Paths));
    }

    [TestCase("[a](../README.md)")]
    [TestCase("[`code` in text](a.md#one-heading)")]
    [TestCase("[folder](adr/) and [root](/src/X/X.cs) and [out](https://example.org/none.md)")]
    [TestCase("[same page](#abc-and-d) [twice](#one-heading-1) [named](#here)")]
    [TestCase("`[not a link](none.md)`")]
    [TestCase("```\n[not a link](none.md)\n```")]
    [TestCase("text [wrapped\nover lines](adr/0001.md)")]
    public void A_link_that_leads_somewhere_passes(string text) => Expect.Nothing(Check(text));

    [TestCase("[a](b.md)", "docs/b.md, which is not there")]
    [TestCase("[a](A.md)", "docs/A.md, which is not there")]
    [TestCase("[a](README.md)", "docs/README.md, which is not there")]
    [TestCase("[a](#none)", "has no heading #none: it has #one-heading")]
    [TestCase("[a][b]\n[b]: none.md", "docs/none.md, which is not there")]
    public void A_link_that_leads_nowhere_is_refused(string text, string sentence)
    {
        var findings = Check(text);
        Assert.That(findings, Has.Count.EqualTo(1));
        Assert.That(findings[0].Message, Does.Contain(sentence));
    }

    [Test]
    public void A_broken_link_is_reported_on_its_line() => Expect.One(Check("first\n\n[a](none.md)"), 7, "not there");

    private static List<Finding> Check(string text)
    {
        var page = new SourceFile("docs/a.md", $"# One heading\n## `A.B`/c, and d\n## One heading\n<a id=\"here\"></a>\n{text}\n");
        return [.. LinkRule.Check([new MarkdownPage(page)], Paths)];
    }
}
