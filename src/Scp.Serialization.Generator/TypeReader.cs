using Microsoft.CodeAnalysis;
using Scp.Serialization.Generator.Model;

namespace Scp.Serialization.Generator;

/// <summary>From a member's type symbol to how its values travel; null if they cannot.</summary>
internal static class TypeReader
{
    private static readonly SymbolDisplayFormat Qualified = SymbolDisplayFormat.FullyQualifiedFormat
        .WithMiscellaneousOptions(SymbolDisplayFormat.FullyQualifiedFormat.MiscellaneousOptions
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public static TypeModel? Read(ITypeSymbol type)
    {
        if (ScalarCodec(type) is { } codec)
        {
            return new TypeModel(TypeShape.Scalar, NameOf(type)) { Codec = codec };
        }

        return type switch
        {
            { SpecialType: SpecialType.System_String } => Reference(TypeShape.String, type),
            IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte } => Reference(TypeShape.Bytes, type),
            IArrayTypeSymbol { Rank: 1 } array => Collection(TypeShape.Array, type, array.ElementType),
            INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying } => new TypeModel(TypeShape.Enum, NameOf(type))
            {
                Codec = ScalarCodec(underlying)!,
                UnderlyingName = NameOf(underlying),
            },
            INamedTypeSymbol { IsGenericType: true } generic => ReadGeneric(generic),
            INamedTypeSymbol named when IsMessage(named) => named.IsReferenceType
                ? Reference(TypeShape.MessageClass, type)
                : new TypeModel(TypeShape.MessageStruct, NameOf(type)),
            _ => null,
        };
    }

    /// <summary>The type's name as generated code writes it, without its own question mark.</summary>
    public static string NameOf(ITypeSymbol type) =>
        (type.IsReferenceType ? type.WithNullableAnnotation(NullableAnnotation.NotAnnotated) : type).ToDisplayString(Qualified);

    private static TypeModel? ReadGeneric(INamedTypeSymbol type)
    {
        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            return Read(type.TypeArguments[0]) is { } inner
                ? new TypeModel(TypeShape.Nullable, NameOf(type)) { Element = inner, IsNullable = true }
                : null;
        }

        switch (type.OriginalDefinition.ToDisplayString())
        {
            case "System.ReadOnlyMemory<T>" when type.TypeArguments[0].SpecialType == SpecialType.System_Byte:
                return new TypeModel(TypeShape.Memory, NameOf(type));
            case "System.Collections.Generic.List<T>":
                return Collection(TypeShape.List, type, type.TypeArguments[0]);
            case "System.Collections.Generic.Dictionary<TKey, TValue>":
                return Read(type.TypeArguments[0]) is { } key && IsKey(key) && Collection(TypeShape.Dictionary, type, type.TypeArguments[1]) is { } map
                    ? map with { Key = key with { IsNullable = false } }
                    : null;
            default:
                return null;
        }
    }

    /// <summary>Keys compare by value, which arrays and classes do not. They are never null, whatever annotations say.</summary>
    private static bool IsKey(TypeModel key) =>
        key.Shape is TypeShape.Scalar or TypeShape.Enum or TypeShape.String or TypeShape.MessageStruct;

    private static TypeModel? Collection(TypeShape shape, ITypeSymbol type, ITypeSymbol elementType) =>
        Read(elementType) is { } element ? Reference(shape, type) with { Element = element } : null;

    /// <summary>Where annotations are off, a reference may be null.</summary>
    private static TypeModel Reference(TypeShape shape, ITypeSymbol type) =>
        new(shape, NameOf(type)) { IsNullable = type.NullableAnnotation != NullableAnnotation.NotAnnotated };

    private static bool IsMessage(INamedTypeSymbol type) =>
        type.TypeKind is TypeKind.Class or TypeKind.Struct
        && (TargetReader.HasAttribute(type, KnownNames.MessagePackObject) || type.Interfaces.Any(IsSerializable));

    private static bool IsSerializable(INamedTypeSymbol candidate) =>
        candidate.Name == KnownNames.Serializable && candidate.ContainingNamespace.ToDisplayString() == KnownNames.Namespace;

    private static string? ScalarCodec(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Boolean => "Boolean",
        SpecialType.System_SByte => "SByte",
        SpecialType.System_Byte => "Byte",
        SpecialType.System_Int16 => "Int16",
        SpecialType.System_UInt16 => "UInt16",
        SpecialType.System_Int32 => "Int32",
        SpecialType.System_UInt32 => "UInt32",
        SpecialType.System_Int64 => "Int64",
        SpecialType.System_UInt64 => "UInt64",
        SpecialType.System_Single => "Single",
        SpecialType.System_Double => "Double",
        SpecialType.System_DateTime => "DateTime",
        _ => type is { Name: "Guid", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } ? "Guid" : null,
    };
}
