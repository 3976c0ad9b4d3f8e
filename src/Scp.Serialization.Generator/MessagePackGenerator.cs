using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Scp.Serialization.Generator.Emit;
using Scp.Serialization.Generator.Model;

namespace Scp.Serialization.Generator;

/// <summary>
/// Generates the codec of every type marked [MessagePackObject]. Symbols are turned into an equatable model at once, so
/// an edit elsewhere regenerates nothing.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class MessagePackGenerator : IIncrementalGenerator
{
    /// <summary>Name of the step whose outputs are the models, for those who watch the cache.</summary>
    public const string ModelStep = "MessagePackModel";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<TargetResult> targets = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownNames.MessagePackObject,
                static (node, _) => node is TypeDeclarationSyntax,
                static (marked, cancellation) => TargetReader.Read((INamedTypeSymbol)marked.TargetSymbol, cancellation))
            .WithTrackingName(ModelStep);

        context.RegisterSourceOutput(targets, static (output, result) =>
        {
            foreach (DiagnosticModel diagnostic in result.Diagnostics)
            {
                output.ReportDiagnostic(diagnostic.ToDiagnostic());
            }

            if (result.Target is { } target)
            {
                output.AddSource(target.HintName, CodecEmitter.Emit(target));
            }
        });
    }
}
