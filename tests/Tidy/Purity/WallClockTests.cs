namespace Tidy.Purity;

[TestFixture]
public sealed class WallClockTests
{
    private static IEnumerable<TestCaseData> Examples =>
        WallClockRule.Clocks.SelectMany(clock => clock.Examples).Select(example => new TestCaseData(example).SetArgDisplayNames(example));

    [Test]
    public void Only_where_certificates_are_judged_is_the_wall_clock_read() =>
        Expect.Nothing(WallClockRule.Assemblies.SelectMany(assembly => WallClockRule.Check(WalkBuilt(assembly))));

    /// <summary>A file that is allowed and needs it no more leaves the list.</summary>
    [Test]
    public void Whoever_may_read_it_does()
    {
        ApiUse[] reads = [.. WallClockRule.Assemblies.SelectMany(WalkBuilt).Where(use => WallClockRule.Clocks.Any(clock => clock.Matches(use)))];
        foreach (var judge in WallClockRule.Judges)
        {
            Assert.That(reads.Any(use => use.File?.EndsWith(judge, StringComparison.Ordinal) == true), judge);
        }
    }

    [TestCaseSource(nameof(Examples))]
    public void Each_way_to_read_it_is_found(string example)
    {
        using var assembly = Snippet.Compile($"#pragma warning disable\npublic class Example {{ {example} }}");
        Assert.That(WallClockRule.Check(AssemblyWalker.Walk(assembly, new PurityScope("Snippet"))), Is.Not.Empty);
    }

    [Test]
    public void A_given_time_is_no_reading()
    {
        using var assembly = Snippet.Compile("class C { bool M(System.DateTimeOffset now, System.DateTime end) => now.UtcDateTime < end && System.Environment.TickCount64 > 0; }");
        Expect.Nothing(WallClockRule.Check(AssemblyWalker.Walk(assembly, new PurityScope("Snippet"))));
    }

    private static IReadOnlyCollection<ApiUse> WalkBuilt(string project)
    {
        var path = Repository.Here.AssemblyPath(project);
        using var assembly = File.OpenRead(path);
        return AssemblyWalker.Walk(assembly, new PurityScope(project), path);
    }
}
