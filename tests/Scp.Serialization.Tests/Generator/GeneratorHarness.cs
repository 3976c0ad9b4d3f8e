using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Scp.Serialization.Generator;

namespace Scp.Serialization.Tests.Generator;

/// <summary>Runs the generator over source text, the way the compiler does.</summary>
internal static class GeneratorHarness
{
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(MessagePackWriter).Assembly.Location),
    ];

    /// <summary>As strict as a compilation can be: nullable on, every warning an error, the documentation ones included.</summary>
    public static CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "Messages",
        sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, ParseOptions, path: $"Source{i}.cs")),
        References,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            nullableContextOptions: NullableContextOptions.Enable,
            generalDiagnosticOption: ReportDiagnostic.Error,
            warningLevel: 9999));

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new MessagePackGenerator().AsSourceGenerator()],
        parseOptions: ParseOptions,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>What the generator has to say about <paramref name="source"/>.</summary>
    public static ImmutableArray<Diagnostic> Diagnose(string source) =>
        Driver().RunGenerators(Compile(source)).GetRunResult().Diagnostics;

    /// <summary>What generator and compiler have to say about <paramref name="source"/> and all that was generated for it.</summary>
    public static (ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<string> Generated) CompileWithGenerator(string source)
    {
        GeneratorDriver driver = Driver().RunGeneratorsAndUpdateCompilation(Compile(source), out Compilation updated, out ImmutableArray<Diagnostic> own);
        return ([.. own, .. updated.GetDiagnostics()], [.. driver.GetRunResult().GeneratedTrees.Select(tree => tree.ToString())]);
    }
}
