using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Tidy.Purity;

/// <summary>
/// Decodes signatures for the types they mention, and answers with the name of the outermost one. Types of other
/// assemblies go to one sink by name, types of this assembly to another by handle.
/// </summary>
internal sealed class TypeNames(Action<string> foreign, Action<TypeDefinitionHandle> own) : ISignatureTypeProvider<string, object?>
{
    public static string Of(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var reference = metadata.GetTypeReference(handle);
        var name = metadata.GetString(reference.Name);
        if (reference.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            return Of(metadata, (TypeReferenceHandle)reference.ResolutionScope) + "+" + name;
        }

        return reference.Namespace.IsNil ? name : metadata.GetString(reference.Namespace) + "." + name;
    }

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        var name = Of(reader, handle);
        foreign(name);
        return name;
    }

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        own(handle);
        return reader.GetString(reader.GetTypeDefinition(handle).Name);
    }

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "System." + typeCode;

    public string GetArrayType(string elementType, ArrayShape shape) => "System.Array";

    public string GetSZArrayType(string elementType) => "System.Array";

    public string GetByReferenceType(string elementType) => elementType;

    public string GetPointerType(string elementType) => elementType;

    public string GetPinnedType(string elementType) => elementType;

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => genericType;

    public string GetGenericMethodParameter(object? genericContext, int index) => "!!" + index;

    public string GetGenericTypeParameter(object? genericContext, int index) => "!" + index;

    public string GetFunctionPointerType(MethodSignature<string> signature) => "method*";
}
