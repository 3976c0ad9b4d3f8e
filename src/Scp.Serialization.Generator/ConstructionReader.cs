using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Scp.Serialization.Generator.Model;

namespace Scp.Serialization.Generator;

/// <summary>
/// Finds how a message is put together again: a constructor that takes some of the members by name, an initializer that
/// sets the rest. Preferred are a record's own parameters, then no parameters, then the only constructor that fits.
/// </summary>
internal static class ConstructionReader
{
    private const string NoConstructor =
        "it needs a constructor without parameters, or one whose parameters all match keyed members by name and type";

    public static bool TryRead(
        INamedTypeSymbol type, List<KeyedMember> members, List<DiagnosticModel> diagnostics, out MemberModel[] models)
    {
        models = [];
        IMethodSymbol? constructor = ChooseConstructor(type, members);
        string? obstacle = WhyNot(type) ?? (constructor is null ? NoConstructor : null);
        if (constructor is null || obstacle is not null)
        {
            diagnostics.Add(DiagnosticModel.Create(
                Diagnostics.NotConstructible, TargetReader.LocationOf(type), type.Name, obstacle ?? NoConstructor));
            return false;
        }

        models = new MemberModel[members.Count];
        for (int i = 0; i < members.Count; i++)
        {
            KeyedMember member = members[i];
            int parameter = constructor.Parameters.ToList().FindIndex(candidate => Fits(candidate, member));
            if (!IsReadable(member.Symbol) || (parameter < 0 && !IsSettable(member.Symbol)))
            {
                diagnostics.Add(DiagnosticModel.Create(Diagnostics.NotSettable, TargetReader.LocationOf(member.Symbol), member.Symbol.Name));
            }

            models[i] = new MemberModel(member.Key, TargetReader.Identifier(member.Symbol.Name), member.Type, parameter);
        }

        return diagnostics.Count == 0;
    }

    /// <summary>The constructor that a record declares together with its properties.</summary>
    public static IMethodSymbol? PrimaryConstructor(INamedTypeSymbol type) =>
        type.IsRecord
            ? type.InstanceConstructors.FirstOrDefault(constructor => constructor.Parameters.Length > 0
                && constructor.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() is RecordDeclarationSyntax))
            : null;

    private static string? WhyNot(INamedTypeSymbol type)
    {
        if (type.IsAbstract)
        {
            return "it is abstract or static";
        }

        if (type.IsRefLikeType)
        {
            return "it is a ref struct";
        }

        ISymbol? required = type.GetMembers().FirstOrDefault(member =>
            member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true }
            && TargetReader.HasAttribute(member, KnownNames.IgnoreMember));
        return required is null ? null : $"'{required.Name}' is required but ignored";
    }

    private static IMethodSymbol? ChooseConstructor(INamedTypeSymbol type, List<KeyedMember> members)
    {
        if (PrimaryConstructor(type) is { } primary)
        {
            return TakesOnly(primary, members) ? primary : null;
        }

        // Every struct has the constructor without parameters; it helps only if the members can be set afterwards.
        IMethodSymbol? empty = type.InstanceConstructors.FirstOrDefault(constructor => constructor.Parameters.IsEmpty);
        if (empty is not null && (type.IsReferenceType || members.All(member => IsSettable(member.Symbol))))
        {
            return empty;
        }

        IMethodSymbol[] fitting = [.. type.InstanceConstructors.Where(constructor =>
            !constructor.Parameters.IsEmpty && TakesOnly(constructor, members))];
        return fitting.Length == 1 ? fitting[0] : empty;
    }

    private static bool TakesOnly(IMethodSymbol constructor, List<KeyedMember> members) =>
        constructor.Parameters.All(parameter => members.Any(member => Fits(parameter, member)));

    private static bool Fits(IParameterSymbol parameter, KeyedMember member) =>
        parameter.RefKind is RefKind.None or RefKind.In
        && string.Equals(parameter.Name, member.Symbol.Name, StringComparison.OrdinalIgnoreCase)
        && SymbolEqualityComparer.Default.Equals(parameter.Type, member.SymbolType);

    private static bool IsReadable(ISymbol symbol) => symbol is IFieldSymbol or IPropertySymbol { GetMethod: not null };

    private static bool IsSettable(ISymbol symbol) =>
        symbol is IFieldSymbol { IsReadOnly: false } or IPropertySymbol { SetMethod: not null };
}
