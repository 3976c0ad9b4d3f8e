using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Tidy.Purity;

/// <summary>
/// Lists what the compiled code of a scope names in other assemblies: in bodies, signatures, bases and constraints.
/// Compiled code is what runs, so nothing hides here behind `lock`, `await`, an alias or a lambda. A scope that is a
/// namespace takes in whatever types of its own assembly it leans on, as those run with it.
/// </summary>
public sealed class AssemblyWalker : IDisposable
{
    private readonly PEReader _image;
    private readonly MetadataReader _metadata;
    private readonly SourceLines _lines;
    private readonly TypeNames _names;
    private readonly HashSet<ApiUse> _uses = [];
    private readonly HashSet<TypeDefinitionHandle> _entered = [];
    private readonly Stack<TypeDefinitionHandle> _toWalk = new();

    private string _by = "";
    private MethodDefinitionHandle _method;
    private int _ilOffset;

    private AssemblyWalker(Stream assembly, string? path)
    {
        _image = new PEReader(assembly);
        _metadata = _image.GetMetadataReader();
        _lines = new SourceLines(_image, path);
        _names = new TypeNames(name => Report(name, member: null), Enter);
    }

    /// <summary>All uses in a scope; none at all means that the scope holds no type.</summary>
    public static IReadOnlyCollection<ApiUse> Walk(Stream assembly, PurityScope scope, string? path = null)
    {
        using var walker = new AssemblyWalker(assembly, path);
        walker.WalkScope(scope);
        return walker._uses;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _image.Dispose();
    }

    private void WalkScope(PurityScope scope)
    {
        foreach (var handle in _metadata.TypeDefinitions)
        {
            if (scope.Covers(_metadata.GetString(_metadata.GetTypeDefinition(Outermost(handle)).Namespace)))
            {
                Enter(handle);
            }
        }

        while (_toWalk.TryPop(out var type))
        {
            WalkType(type);
        }

        if (scope.Namespace is null)
        {
            SweepTypeReferences();
        }
    }

    private TypeDefinitionHandle Outermost(TypeDefinitionHandle handle)
    {
        var declaring = _metadata.GetTypeDefinition(handle).GetDeclaringType();
        return declaring.IsNil ? handle : Outermost(declaring);
    }

    private void Enter(TypeDefinitionHandle handle)
    {
        if (_entered.Add(handle))
        {
            _toWalk.Push(handle);
        }
    }

    private void WalkType(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var typeName = NameOf(handle);
        _by = typeName;
        _method = default;
        Name(type.BaseType);
        foreach (var implementation in type.GetInterfaceImplementations())
        {
            Name(_metadata.GetInterfaceImplementation(implementation).Interface);
        }

        WalkConstraints(type.GetGenericParameters());
        foreach (var field in type.GetFields())
        {
            _by = typeName + "." + _metadata.GetString(_metadata.GetFieldDefinition(field).Name);
            _metadata.GetFieldDefinition(field).DecodeSignature(_names, null);
        }

        foreach (var method in type.GetMethods())
        {
            _by = typeName + "." + _metadata.GetString(_metadata.GetMethodDefinition(method).Name);
            WalkMethod(method);
        }

        foreach (var nested in type.GetNestedTypes())
        {
            Enter(nested);
        }
    }

    private void WalkMethod(MethodDefinitionHandle handle)
    {
        var method = _metadata.GetMethodDefinition(handle);
        _method = handle;
        _ilOffset = 0;
        method.DecodeSignature(_names, null);
        WalkConstraints(method.GetGenericParameters());
        if (method.Attributes.HasFlag(MethodAttributes.PinvokeImpl))
        {
            Report(BannedApi.NativeCode, _metadata.GetString(method.GetImport().Name));
        }

        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        var body = _image.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            _metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(_names, null);
        }

        foreach (var region in body.ExceptionRegions)
        {
            Name(region.CatchType);
        }

        foreach (var instruction in IlScanner.TokensOf(body.GetILBytes()))
        {
            _ilOffset = instruction.Offset;
            var constrainedTo = instruction.Constrained == 0 ? null : Name(MetadataTokens.EntityHandle(instruction.Constrained));
            NameMember(MetadataTokens.EntityHandle(instruction.Token), constrainedTo);
        }
    }

    private void WalkConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (var constraint in parameters.SelectMany(p => _metadata.GetGenericParameter(p).GetConstraints()))
        {
            Name(_metadata.GetGenericParameterConstraint(constraint).Type);
        }
    }

    /// <summary>Reports a type, and returns its name.</summary>
    private string Name(EntityHandle handle) => handle.IsNil ? "" : handle.Kind switch
    {
        HandleKind.TypeReference => _names.GetTypeFromReference(_metadata, (TypeReferenceHandle)handle, 0),
        HandleKind.TypeDefinition => _names.GetTypeFromDefinition(_metadata, (TypeDefinitionHandle)handle, 0),
        HandleKind.TypeSpecification => _names.GetTypeFromSpecification(_metadata, null, (TypeSpecificationHandle)handle, 0),
        _ => "",
    };

    private void NameMember(EntityHandle handle, string? constrainedTo)
    {
        switch (handle.Kind)
        {
            case HandleKind.MethodSpecification:
                var specification = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                specification.DecodeSignature(_names, null);
                NameMember(specification.Method, constrainedTo);
                break;
            case HandleKind.MemberReference:
                NameForeignMember(_metadata.GetMemberReference((MemberReferenceHandle)handle), constrainedTo);
                break;
            case HandleKind.MethodDefinition:
                Enter(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Enter(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.StandaloneSignature:
                _metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle).DecodeMethodSignature(_names, null);
                break;
            default:
                Name(handle);
                break;
        }
    }

    private void NameForeignMember(MemberReference member, string? constrainedTo)
    {
        var declaring = Name(member.Parent);
        var name = _metadata.GetString(member.Name);
        if (member.GetKind() == MemberReferenceKind.Field)
        {
            member.DecodeFieldSignature(_names, null);
        }
        else if (member.DecodeMethodSignature(_names, null).ParameterTypes.IsEmpty)
        {
            name += "()";
        }

        Report(constrainedTo ?? declaring, name);
    }

    /// <summary>What only attributes name is still named: the whole assembly answers for every type it refers to.</summary>
    private void SweepTypeReferences()
    {
        var named = _uses.Select(u => u.Type).ToHashSet(StringComparer.Ordinal);
        _by = "an attribute or a forwarded type";
        _method = default;
        foreach (var handle in _metadata.TypeReferences)
        {
            var name = TypeNames.Of(_metadata, handle);
            if (!named.Contains(name))
            {
                Report(name, member: null);
            }
        }
    }

    private void Report(string type, string? member)
    {
        var (file, line) = _method.IsNil ? (null, 0) : _lines.Find(_method, _ilOffset);
        _uses.Add(new ApiUse(type, member, _by, file, line));
    }

    private string NameOf(TypeDefinitionHandle handle)
    {
        var type = _metadata.GetTypeDefinition(handle);
        var name = _metadata.GetString(type.Name);
        if (!type.GetDeclaringType().IsNil)
        {
            return NameOf(type.GetDeclaringType()) + "+" + name;
        }

        return type.Namespace.IsNil ? name : _metadata.GetString(type.Namespace) + "." + name;
    }
}
