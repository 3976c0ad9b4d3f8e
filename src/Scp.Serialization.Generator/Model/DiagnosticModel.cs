using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Scp.Serialization.Generator.Model;

/// <summary>
/// A diagnostic that can be compared and kept. A <see cref="Location"/> would hold the syntax tree that it points into,
/// and with it the whole compilation of a past keystroke.
/// </summary>
internal sealed record DiagnosticModel(
    string Id, string FilePath, TextSpan Span, LinePositionSpan Lines, EquatableArray<string> Arguments)
{
    public static DiagnosticModel Create(DiagnosticDescriptor descriptor, Location location, params string[] arguments) =>
        new(
            descriptor.Id,
            location.SourceTree?.FilePath ?? "",
            location.SourceSpan,
            location.GetLineSpan().Span,
            new EquatableArray<string>(arguments));

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(
            Diagnostics.ById(Id), Location.Create(FilePath, Span, Lines), Arguments.Cast<object>().ToArray());
}

/// <summary>What became of a marked type: a model to generate from, or the reasons why not.</summary>
internal sealed record TargetResult(TargetModel? Target, EquatableArray<DiagnosticModel> Diagnostics);
