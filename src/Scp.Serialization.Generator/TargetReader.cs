using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Scp.Serialization.Generator.Model;

namespace Scp.Serialization.Generator;

/// <summary>From a marked type to its model, or to the reasons why it cannot have one.</summary>
internal static class TargetReader
{
    public static TargetResult Read(INamedTypeSymbol type, CancellationToken cancellation)
    {
        List<DiagnosticModel> diagnostics = [];
        CheckShape(type, diagnostics, cancellation);
        List<KeyedMember> members = MemberReader.Read(type, diagnostics, cancellation);
        TargetModel? target = null;
        if (diagnostics.Count == 0 && ConstructionReader.TryRead(type, members, diagnostics, out MemberModel[] models))
        {
            target = new TargetModel(
                type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString(),
                new EquatableArray<string>(Enclosing(type).Reverse().Select(Declaration).ToArray()),
                TypeReader.NameOf(type),
                HintName(type),
                type.IsReferenceType,
                new EquatableArray<MemberModel>(models));
        }

        return new TargetResult(target, new EquatableArray<DiagnosticModel>(diagnostics.ToArray()));
    }

    public static bool HasAttribute(ISymbol symbol, string name) => FindAttribute(symbol, name) is not null;

    public static AttributeData? FindAttribute(ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass?.ToDisplayString() == name);

    public static Location LocationOf(ISymbol symbol) =>
        symbol.Locations.FirstOrDefault(location => location.IsInSource) ?? Location.None;

    private static void CheckShape(INamedTypeSymbol type, List<DiagnosticModel> diagnostics, CancellationToken cancellation)
    {
        string name = type.Name;
        Location location = LocationOf(type);
        if (!Enclosing(type).All(enclosing => IsPartial(enclosing, cancellation)))
        {
            diagnostics.Add(DiagnosticModel.Create(Diagnostics.NotPartial, location, name));
        }

        if (Enclosing(type).Any(enclosing => enclosing.IsGenericType))
        {
            diagnostics.Add(DiagnosticModel.Create(Diagnostics.Generic, location, name));
        }

        if (Enclosing(type).Any(enclosing => enclosing.IsFileLocal))
        {
            diagnostics.Add(DiagnosticModel.Create(Diagnostics.NotConstructible, location, name, "a file-local type is out of reach"));
        }

        for (INamedTypeSymbol? ancestor = type.BaseType; ancestor is not null; ancestor = ancestor.BaseType)
        {
            if (HasAttribute(ancestor, KnownNames.MessagePackObject))
            {
                diagnostics.Add(DiagnosticModel.Create(Diagnostics.Inherits, location, name, ancestor.Name));
                return;
            }
        }
    }

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(cancellation) is TypeDeclarationSyntax declaration
            && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    /// <summary>The type and those around it, from the inside out.</summary>
    private static IEnumerable<INamedTypeSymbol> Enclosing(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            yield return current;
        }
    }

    private static string Declaration(INamedTypeSymbol type)
    {
        string keyword = type switch
        {
            { IsRecord: true, IsValueType: true } => "record struct",
            { IsRecord: true } => "record",
            { TypeKind: TypeKind.Interface } => "interface",
            { IsValueType: true } => "struct",
            _ => "class",
        };
        return $"partial {keyword} {Identifier(type.Name)}";
    }

    public static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && SyntaxFacts.GetContextualKeywordKind(name) == SyntaxKind.None
            ? name
            : "@" + name;

    private static string HintName(INamedTypeSymbol type)
    {
        IEnumerable<string> names = Enclosing(type).Reverse().Select(enclosing => enclosing.MetadataName);
        string prefix = type.ContainingNamespace.IsGlobalNamespace ? "" : type.ContainingNamespace.ToDisplayString() + ".";
        // An escaped keyword in a namespace keeps its @, which no file name of a generator may have.
        return $"{prefix}{string.Join(".", names)}.MessagePack.g.cs".Replace("@", "");
    }
}
