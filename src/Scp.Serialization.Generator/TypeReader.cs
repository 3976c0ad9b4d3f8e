using Microsoft.CodeAnalysis;
using Scp.Serialization.Generator.Model;

namespace Scp.Serialization.Generator;

/// <summary>From a member's type symbol to how its values travel; null if they cannot.</summary>
internal static class TypeReader
{
    private const string Collections = "global::System.Collections.Generic.";

    public static TypeModel? Read(ITypeSymbol type)
    {
        if (ScalarCodec(type) is { } codec)
        {
            return new TypeModel(TypeShape.Scalar, NameOf(type)) { Codec = codec };
        }

        return type switch
        {
            { SpecialType: SpecialType.System_String } => Reference(TypeShape.String, type, "string"),
            IArrayTypeSymbol { Rank: 1, ElementType.SpecialType: SpecialType.System_Byte } => Reference(TypeShape.Bytes, type, "byte[]"),
            IArrayTypeSymbol { Rank: 1 } array when Read(array.ElementType) is { } element =>
                Reference(TypeShape.Array, type, element.AnnotatedName + "[]") with { Element = element },
            INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying } => new TypeModel(TypeShape.Enum, NameOf(type))
            {
                Codec = ScalarCodec(underlying)!,
                UnderlyingName = NameOf(underlying),
            },
            INamedTypeSymbol { IsGenericType: true } generic => ReadGeneric(generic),
            INamedTypeSymbol named when IsMessage(named) => named.IsReferenceType
                ? Reference(TypeShape.MessageClass, type, NameOf(type))
                : new TypeModel(TypeShape.MessageStruct, NameOf(type)),
            _ => null,
        };
    }

    /// <summary>
    /// The name of a type that has no arguments. Those of collections are put together from their elements' instead: where
    /// annotations are off, an element counts as nullable, and the collection's name has to say so.
    /// </summary>
    public static string NameOf(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    private static TypeModel? ReadGeneric(INamedTypeSymbol type)
    {
        if (Read(type.TypeArguments.Last()) is not { } element)
        {
            return null;
        }

        if (type.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            return new TypeModel(TypeShape.Nullable, element.Name + "?") { Element = element, IsNullable = true };
        }

        switch (type.OriginalDefinition.ToDisplayString())
        {
            case "System.ReadOnlyMemory<T>" when type.TypeArguments[0].SpecialType == SpecialType.System_Byte:
                return new TypeModel(TypeShape.Memory, NameOf(type));
            case "System.Collections.Generic.List<T>":
                return Reference(TypeShape.List, type, $"{Collections}List<{element.AnnotatedName}>") with { Element = element };
            case "System.Collections.Generic.Dictionary<TKey, TValue>" when Read(type.TypeArguments[0]) is { } key && IsKey(key):
                string name = $"{Collections}Dictionary<{key.Name}, {element.AnnotatedName}>";
                return Reference(TypeShape.Dictionary, type, name) with { Element = element, Key = key with { IsNullable = false } };
            default:
                return null;
        }
    }

    /// <summary>Keys compare by value, which arrays and classes do not. They are never null, whatever annotations say.</summary>
    private static bool IsKey(TypeModel key) =>
        key.Shape is TypeShape.Scalar or TypeShape.Enum or TypeShape.String or TypeShape.MessageStruct;

    /// <summary>Where annotations are off, a reference may be null.</summary>
    private static TypeModel Reference(TypeShape shape, ITypeSymbol type, string name) =>
        new(shape, name) { IsNullable = type.NullableAnnotation != NullableAnnotation.NotAnnotated };

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
