namespace Tidy.Sizes;

[TestFixture]
public sealed class SizeTests
{
    private const string ListPath = "tests/Tidy/size-exceptions.txt";

    [Test]
    public void Files_tell_one_story_and_methods_fit_on_a_screen()
    {
        var sizes = Repository.Here.Files(".cs", "src", "tests", "bench", "tools").SelectMany(CodeSize.Of);
        Expect.Nothing(SizeRule.Check(sizes, [.. SizeException.Parse(Repository.Here.Read(ListPath))], ListPath));
    }

    [Test]
    public void At_the_limit_a_file_and_a_method_pass() => Expect.Nothing(Check(Code(methodLines: 70, fileLines: 600)));

    [Test]
    public void A_file_past_the_limit_is_refused() => Expect.One(Check(Code(methodLines: 5, fileLines: 601)), 1, "the file has 601 lines");

    [Test]
    public void A_method_past_the_limit_is_refused() => Expect.One(Check(Code(methodLines: 71, fileLines: 100)), 4, "C.M has 71 lines");

    [Test]
    public void Top_level_statements_are_a_method_too() =>
        Expect.One(Check(new SourceFile("a.cs", string.Concat(Enumerable.Repeat("System.Console.WriteLine();\n", 71)))), 1, "(top level) has 71 lines");

    [TestCase("a.cs#C.M 80 states", null)]
    [TestCase("a.cs#C.M 79 states", "grown from 79 to 80")]
    [TestCase("a.cs#C.M 81 states", "lower 81 to 80")]
    [TestCase("a.cs#C.M 80", "write all three")]
    public void An_exception_holds_at_its_stated_size_only(string exception, string? sentence) =>
        ExpectOneOrNothing(Check(Code(methodLines: 80, fileLines: 100), exception), sentence);

    [TestCase("a.cs#C.M 80 states", "needs no exception any more")]
    [TestCase("a.cs#C.Gone 80 states", "is gone")]
    public void An_exception_that_nothing_needs_must_go(string exception, string sentence) =>
        ExpectOneOrNothing(Check(Code(methodLines: 70, fileLines: 100), exception), sentence);

    private static List<Finding> Check(SourceFile code, string exceptions = "") =>
        [.. SizeRule.Check(CodeSize.Of(code), [.. SizeException.Parse(new SourceFile(ListPath, exceptions))], ListPath)];

    private static void ExpectOneOrNothing(List<Finding> findings, string? sentence)
    {
        Assert.That(findings, Has.Count.EqualTo(sentence is null ? 0 : 1), () => string.Join('\n', findings));
        if (sentence is not null)
        {
            Assert.That(findings[0].Message, Does.Contain(sentence));
        }
    }

    private static SourceFile Code(int methodLines, int fileLines)
    {
        List<string> lines = ["class C", "{", "    /// <summary>Not counted.</summary>", "    void M()", "    {"];
        lines.AddRange(Enumerable.Repeat("        ;", methodLines - 3));
        lines.AddRange(["    }", "}"]);
        lines.AddRange(Enumerable.Repeat("// more", fileLines - lines.Count));
        return new SourceFile("a.cs", string.Join('\n', lines) + "\n");
    }
}
