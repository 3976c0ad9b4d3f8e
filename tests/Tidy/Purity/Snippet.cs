using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Tidy.Purity;

/// <summary>Compiles a few lines of C# in memory, so that a rule can be shown what it must refuse.</summary>
public static class Snippet
{
    private static readonly ImmutableArray<MetadataReference> Framework =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal))
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    /// <summary>Loggers live in a package that Tidy has no other use for, so an empty one stands in for it.</summary>
    private static readonly MetadataReference Logging = MetadataReference.CreateFromStream(
        Emit("Microsoft.Extensions.Logging.Abstractions", "namespace Microsoft.Extensions.Logging; public interface ILogger;", Framework));

    public static Stream Compile(string source) => Emit("Snippet", source, Framework.Add(Logging));

    private static MemoryStream Emit(string name, string source, ImmutableArray<MetadataReference> references)
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithAllowUnsafe(true)
            .WithNullableContextOptions(NullableContextOptions.Enable);
        var compilation = CSharpCompilation.Create(name, [CSharpSyntaxTree.ParseText(source)], references, options);
        var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        if (!result.Success)
        {
            throw new InvalidOperationException($"The snippet does not compile: {string.Join('\n', result.Diagnostics)}\n{source}");
        }

        assembly.Position = 0;
        return assembly;
    }
}
