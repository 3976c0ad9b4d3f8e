using Microsoft.CodeAnalysis;
using Scp.Serialization.Generator.Model;

namespace Scp.Serialization.Generator;

/// <summary>A keyed member before it is known how it is set. Lives only while a model is made.</summary>
internal sealed class KeyedMember(int key, ISymbol symbol, ITypeSymbol symbolType, TypeModel type)
{
    public int Key { get; } = key;

    public ISymbol Symbol { get; } = symbol;

    public ITypeSymbol SymbolType { get; } = symbolType;

    public TypeModel Type { get; } = type;
}

/// <summary>Collects a type's keyed members, in the order of their keys.</summary>
internal static class MemberReader
{
    public static List<KeyedMember> Read(INamedTypeSymbol type, List<DiagnosticModel> diagnostics, CancellationToken cancellation)
    {
        SortedDictionary<int, KeyedMember> byKey = [];
        foreach (ISymbol symbol in type.GetMembers())
        {
            cancellation.ThrowIfCancellationRequested();
            if (symbol is not (IPropertySymbol or IFieldSymbol { AssociatedSymbol: null }))
            {
                continue;
            }

            if (KeyOf(symbol, type) is not { } key)
            {
                CheckNotForgotten(symbol, type, diagnostics);
            }
            else if (ReadKeyed(symbol, key, diagnostics) is { } member)
            {
                if (byKey.TryGetValue(key, out KeyedMember? first))
                {
                    Report(diagnostics, Diagnostics.DuplicateKey, symbol, key.ToString(), symbol.Name, first.Symbol.Name);
                }
                else
                {
                    byKey.Add(key, member);
                }
            }
        }

        return [.. byKey.Values];
    }

    private static KeyedMember? ReadKeyed(ISymbol symbol, int key, List<DiagnosticModel> diagnostics)
    {
        if (symbol.IsStatic || symbol is IPropertySymbol { IsIndexer: true } || TargetReader.HasAttribute(symbol, KnownNames.IgnoreMember))
        {
            Report(diagnostics, Diagnostics.KeyOnNoState, symbol, symbol.Name);
            return null;
        }

        if (key is < 0 or > Diagnostics.MaxKey)
        {
            Report(diagnostics, Diagnostics.KeyOutOfRange, symbol, key.ToString(), symbol.Name);
            return null;
        }

        ITypeSymbol symbolType = symbol is IPropertySymbol property ? property.Type : ((IFieldSymbol)symbol).Type;
        if (TypeReader.Read(symbolType) is not { } type)
        {
            Report(diagnostics, Diagnostics.UnsupportedMemberType, symbol, symbol.Name, symbolType.ToDisplayString());
            return null;
        }

        return new KeyedMember(key, symbol, symbolType, type);
    }

    /// <summary>Public state must be decided about. Computed properties carry none.</summary>
    private static void CheckNotForgotten(ISymbol symbol, INamedTypeSymbol type, List<DiagnosticModel> diagnostics)
    {
        bool isPublicState = !symbol.IsStatic
            && !symbol.IsImplicitlyDeclared
            && symbol.DeclaredAccessibility == Accessibility.Public
            && symbol is IFieldSymbol or IPropertySymbol { IsIndexer: false }
            && (symbol is IFieldSymbol || symbol is IPropertySymbol { SetMethod: not null } || HasBackingField(symbol, type));
        if (isPublicState && !TargetReader.HasAttribute(symbol, KnownNames.IgnoreMember))
        {
            Report(diagnostics, Diagnostics.MissingKey, symbol, symbol.Name);
        }
    }

    private static bool HasBackingField(ISymbol property, INamedTypeSymbol type) =>
        type.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));

    /// <summary>The key on the member, or on the parameter of a positional record that the member was made from.</summary>
    private static int? KeyOf(ISymbol symbol, INamedTypeSymbol type)
    {
        AttributeData? attribute = TargetReader.FindAttribute(symbol, KnownNames.Key);
        if (attribute is null && symbol is IPropertySymbol && ConstructionReader.PrimaryConstructor(type) is { } primary)
        {
            IParameterSymbol? parameter = primary.Parameters.FirstOrDefault(candidate => candidate.Name == symbol.Name);
            attribute = parameter is null ? null : TargetReader.FindAttribute(parameter, KnownNames.Key);
        }

        return attribute?.ConstructorArguments.FirstOrDefault().Value as int?;
    }

    private static void Report(List<DiagnosticModel> diagnostics, DiagnosticDescriptor descriptor, ISymbol symbol, params string[] arguments) =>
        diagnostics.Add(DiagnosticModel.Create(descriptor, TargetReader.LocationOf(symbol), arguments));
}
