using Microsoft.CodeAnalysis;

namespace Scp.Serialization.Tests.Generator;

/// <summary>Every refusal by example: its id, and where the editor underlines it.</summary>
public sealed class GeneratorDiagnosticsTests
{
    private static readonly TestCaseData[] Refused =
    [
        Case("SCPMP001", "M", "[MessagePackObject] class M { }"),
        Case("SCPMP001", "M", "class Outer { [MessagePackObject] partial class M { } }"),
        Case("SCPMP002", "B", "[MessagePackObject] partial class M { [Key(0)] public int A { get; set; } [Key(0)] public int B { get; set; } }"),
        Case("SCPMP002", "B", "[MessagePackObject] partial record M([Key(3)] int A, [property: Key(3)] int B);"),
        Case("SCPMP003", "A", "[MessagePackObject] partial class M { [Key(0)] public object? A { get; set; } }"),
        Case("SCPMP003", "A", "[MessagePackObject] partial class M { [Key(0)] public decimal A { get; set; } }"),
        Case("SCPMP003", "A", "[MessagePackObject] partial class M { [Key(0)] public int[,]? A { get; set; } }"),
        Case("SCPMP003", "A", "[MessagePackObject] partial class M { [Key(0)] public List<Other>? A { get; set; } } class Other;"),
        Case("SCPMP003", "A", "[MessagePackObject] partial class M { [Key(0)] public Dictionary<int[], int>? A { get; set; } }"),
        Case("SCPMP003", "A", "[MessagePackObject] partial class M { [Key(0)] public Dictionary<M, int>? A { get; set; } }"),
        Case("SCPMP003", "A", "[MessagePackObject] partial class M { [Key(0)] public IEnumerable<int>? A { get; set; } }"),
        Case("SCPMP003", "A", "[MessagePackObject] partial class M { [Key(0)] public ReadOnlyMemory<int> A { get; set; } }"),
        Case("SCPMP004", "A", "[MessagePackObject] partial class M { [Key(-1)] public int A { get; set; } }"),
        Case("SCPMP004", "A", "[MessagePackObject] partial class M { [Key(1024)] public int A { get; set; } }"),
        Case("SCPMP005", "A", "[MessagePackObject] partial class M { public int A { get; set; } }"),
        Case("SCPMP005", "A", "[MessagePackObject] partial class M { public int A { get; } }"),
        Case("SCPMP005", "A", "[MessagePackObject] partial class M { public int A; }"),
        Case("SCPMP005", "B", "[MessagePackObject] partial record M([Key(0)] int A, int B);"),
        Case("SCPMP006", "M", "[MessagePackObject] partial class M<T> { }"),
        Case("SCPMP006", "M", "partial class Outer<T> { [MessagePackObject] partial class M { } }"),
        Case("SCPMP007", "M", "[MessagePackObject] abstract partial class M { }"),
        Case("SCPMP007", "M", "[MessagePackObject] ref partial struct M { }"),
        Case("SCPMP007", "M", "[MessagePackObject] file partial class M { }"),
        Case("SCPMP007", "M", "[MessagePackObject] partial class M { public M(int other) { } [Key(0)] public int A { get; set; } }"),
        Case("SCPMP007", "M", "[MessagePackObject] partial class M { public M(string a) { } [Key(0)] public int A { get; set; } }"),
        Case("SCPMP007", "M", "[MessagePackObject] partial class M { [IgnoreMember] public required int A { get; set; } }"),
        Case("SCPMP008", "A", "[MessagePackObject] partial class M { [Key(0)] public int A { get; } }"),
        Case("SCPMP008", "A", "[MessagePackObject] partial class M { [Key(0)] public int A { set { } } }"),
        Case("SCPMP008", "A", "[MessagePackObject] partial class M { [Key(0)] public readonly int A; }"),
        Case("SCPMP008", "A", "[MessagePackObject] partial struct M { [Key(0)] public int A { get; } }"),
        Case("SCPMP009", "M", "[MessagePackObject] partial class M : Base { } [MessagePackObject] partial class Base { }"),
        Case("SCPMP010", "A", "[MessagePackObject] partial class M { [Key(0)] public static int A { get; set; } }"),
        Case("SCPMP010", "A", "[MessagePackObject] partial class M { [Key(0), IgnoreMember] public int A { get; set; } }"),
        Case("SCPMP010", "A", "[MessagePackObject] partial class M { [Key(0)] public const int A = 1; }"),
    ];

    [TestCaseSource(nameof(Refused))]
    public void WhatCannotTravelIsRefusedWhereItStands(string source, string id, string underlined)
    {
        Diagnostic diagnostic = GeneratorHarness.Diagnose(source).Single();
        Assert.That(diagnostic.Id, Is.EqualTo(id), diagnostic.ToString());
        Assert.That(diagnostic.Severity, Is.EqualTo(DiagnosticSeverity.Error));
        Assert.That(diagnostic.Location.GetLineSpan().Path, Is.EqualTo("Source0.cs"));
        Assert.That(source.Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length), Is.EqualTo(underlined));
    }

    [Test]
    public void EveryDiagnosticHasItsExample()
    {
        IEnumerable<string> shown = Refused.Select(example => (string)example.Arguments[1]!).Distinct();
        Assert.That(shown, Is.EquivalentTo(Enumerable.Range(1, 10).Select(number => $"SCPMP{number:D3}")));
    }

    [Test]
    public void SeveralFaultsAreToldAtOnce()
    {
        const string Source = "using Scp.Serialization; [MessagePackObject] class M { [Key(-1)] public int A { get; set; } public int B { get; set; } }";
        Assert.That(
            GeneratorHarness.Diagnose(Source).Select(diagnostic => diagnostic.Id),
            Is.EquivalentTo(new[] { "SCPMP001", "SCPMP004", "SCPMP005" }));
    }

    private static TestCaseData Case(string id, string underlined, string declaration) =>
        new TestCaseData($"using System; using System.Collections.Generic; using Scp.Serialization; {declaration}", id, underlined)
            .SetArgDisplayNames(id, declaration);
}
