namespace Tidy.Purity;

[TestFixture]
public sealed class PurityTests
{
    private static IEnumerable<TestCaseData> Bans =>
        BannedApi.All.SelectMany(b => b.Examples, (b, example) => new TestCaseData(b, example).SetArgDisplayNames(example));

    [Test]
    public void Pure_code_touches_no_clock_socket_thread_file_logger_or_chance()
    {
        foreach (var scope in PurityScope.All.Where(s => !Repository.Here.HasProject(s.Assembly)))
        {
            TestContext.Out.WriteLine($"{scope}: not there yet");
        }

        Expect.Nothing(PurityScope.All.Where(s => Repository.Here.HasProject(s.Assembly)).SelectMany(CheckBuilt));
    }

    [TestCaseSource(nameof(Bans))]
    public void What_is_banned_is_found(BannedApi ban, string example)
    {
        var uses = Walk($"#pragma warning disable\npublic class Example {{ {example} }}", new PurityScope("Snippet"));
        Assert.That(uses.Any(ban.Matches), "the walker did not see it");
        Assert.That(PurityRule.Check(new PurityScope("Snippet"), uses), Is.Not.Empty);
    }

    [TestCase("record R(string S, int[] A); record struct V(System.Guid G, string S); enum E { A }", TestName = "records and enums")]
    [TestCase("class C { int M(System.Guid g, int n, E e) => g.GetHashCode() + n.GetHashCode() + e.GetHashCode(); } enum E { A }", TestName = "hashes of values")]
    [TestCase("class C { int M<T>(T t) where T : struct => t.GetHashCode(); }", TestName = "a hash of a generic value")]
    [TestCase("class C { System.Collections.Generic.IEnumerable<int> M() { yield return 1; } }", TestName = "iterators")]
    [TestCase("class C { int M(string s) => s switch { \"a\" => 1, \"b\" => 2, \"c\" => 3, \"d\" => 4, \"e\" => 5, \"f\" => 6, \"g\" => 7, _ => 8 }; }", TestName = "a switch over strings")]
    [TestCase("class C { System.Random M() => new(1); System.DateTime D(long t) => new(t); }", TestName = "a seeded source and a given time")]
    [TestCase("class C { void M(byte[] k, byte[] b) => new System.Security.Cryptography.AesGcm(k, 16).Encrypt(b, b, b, b); }", TestName = "cryptography")]
    [TestCase("class C { void M() => throw new System.IO.InvalidDataException(); }", TestName = "an exception that lives among files")]
    [TestCase("class C { System.Func<int, int> M(int n) => x => x + n; object A() => new { X = 1 }; }", TestName = "closures and anonymous types")]
    public void What_the_compiler_adds_by_itself_passes(string code) =>
        Expect.Nothing(PurityRule.Check(new PurityScope("Snippet"), Walk(code, new PurityScope("Snippet"))));

    [Test]
    public void A_pure_namespace_answers_for_itself_and_not_for_its_neighbour()
    {
        const string Neighbours = "namespace A.Core { class P { int M() => 1; } } namespace A.Host { class S { long M() => System.Environment.TickCount64; } }";
        Assert.That(Walk(Neighbours, new PurityScope("Snippet", "A.Core")), Is.Not.Empty);
        Expect.Nothing(PurityRule.Check(new PurityScope("Snippet", "A.Core"), Walk(Neighbours, new PurityScope("Snippet", "A.Core"))));
    }

    [Test]
    public void A_pure_namespace_answers_for_the_helper_it_calls_next_door()
    {
        const string Helper = "namespace A.Core { class P { long M() => A.Host.S.M(); } } namespace A.Host { static class S { public static long M() => System.Environment.TickCount64; } }";
        var findings = PurityRule.Check(new PurityScope("Snippet", "A.Core"), Walk(Helper, new PurityScope("Snippet", "A.Core"))).ToList();
        Assert.That(findings, Has.Count.EqualTo(1));
        Assert.That(findings[0].Message, Is.EqualTo("A.Core is pure, but A.Host.S.M uses System.Environment.get_TickCount64: take the time as an argument (`long nowNs`)"));
    }

    [Test]
    public void A_finding_in_built_code_names_its_file_and_line()
    {
        // Tidy itself reads files: its own assembly is as impure as a fixture needs.
        var path = typeof(PurityTests).Assembly.Location;
        using var assembly = File.OpenRead(path);
        var findings = PurityRule.Check(new PurityScope("Tidy"), AssemblyWalker.Walk(assembly, new PurityScope("Tidy"), path)).ToList();
        var finding = findings.Find(f => f.Path.EndsWith("tests/Tidy/Repository.cs", StringComparison.Ordinal) && f.Message.Contains("System.IO.File.ReadAllText"));
        Assert.That(finding.Line, Is.EqualTo(Repository.Here.Read("tests/Tidy/Repository.cs").Lines.ToList().FindIndex(l => l.Contains("File.ReadAllText")) + 1));
    }

    private static IEnumerable<Finding> CheckBuilt(PurityScope scope)
    {
        var path = Repository.Here.AssemblyPath(scope.Assembly);
        using var assembly = File.OpenRead(path);
        var uses = AssemblyWalker.Walk(assembly, scope, path);
        return uses.Count == 0
            ? [new Finding("tests/Tidy/Purity/PurityScope.cs", 0, $"{scope} holds no type: name the namespace that {scope.Assembly} has")]
            : PurityRule.Check(scope, uses).ToList();
    }

    private static IReadOnlyCollection<ApiUse> Walk(string code, PurityScope scope)
    {
        using var assembly = Snippet.Compile(code);
        return AssemblyWalker.Walk(assembly, scope);
    }
}
