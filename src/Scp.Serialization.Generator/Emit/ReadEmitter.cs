using Scp.Serialization.Generator.Model;

namespace Scp.Serialization.Generator.Emit;

/// <summary>Emits the statements that read one value into a local, and leave the method with false where that fails.</summary>
internal static class ReadEmitter
{
    /// <summary>The type of a local that holds a value not yet read: for references, one that may be null until then.</summary>
    public static string LocalType(TypeModel type) => type.IsReference ? type.Name + "?" : type.Name;

    /// <summary>What to append to a local so that an absent value becomes its default.</summary>
    public static string WhenAbsent(TypeModel type) => type.IsNullable
        ? ""
        : type.Shape switch
        {
            TypeShape.String => " ?? \"\"",
            TypeShape.Bytes => " ?? global::System.Array.Empty<byte>()",
            TypeShape.Array => $" ?? global::System.Array.Empty<{type.Element!.AnnotatedName}>()",
            TypeShape.List or TypeShape.Dictionary => $" ?? new {type.Name}()",
            _ => "",
        };

    /// <summary>The single call that reads the value into <paramref name="target"/>, for types where one suffices.</summary>
    public static string? ReadCall(TypeModel type, string target) => type.Shape switch
    {
        TypeShape.Scalar => $"reader.TryRead{type.Codec}(out {target})",
        TypeShape.String => $"reader.TryReadString(out {target})",
        TypeShape.Bytes => $"reader.TryReadBinary(out {target})",
        TypeShape.MessageClass or TypeShape.MessageStruct => $"{type.Name}.TryRead(ref reader, out {target})",
        _ => null,
    };

    /// <summary>Reads the value into <paramref name="target"/>, of <see cref="LocalType"/>, declared by the caller.</summary>
    public static void Emit(CodeWriter code, TypeModel type, string target)
    {
        if (ReadCall(type, target) is { } call)
        {
            code.FailIf("!" + call);
            return;
        }

        switch (type.Shape)
        {
            case TypeShape.Enum:
                string number = code.Local("number");
                code.FailIf($"!reader.TryRead{type.Codec}(out {type.UnderlyingName} {number})");
                code.Line($"{target} = ({type.Name}){number};");
                break;
            case TypeShape.Memory:
                string bytes = code.Local("bytes");
                code.FailIf($"!reader.TryReadBinary(out byte[]? {bytes})");
                code.Line($"{target} = {bytes};");
                break;
            case TypeShape.Nullable:
                string inner = EmitLocal(code, type.Element!);
                code.Line($"{target} = {inner};");
                break;
            case TypeShape.Array:
                EmitArray(code, type, target);
                break;
            case TypeShape.List:
                EmitList(code, type, target);
                break;
            case TypeShape.Dictionary:
                EmitDictionary(code, type, target);
                break;
        }
    }

    /// <summary>Declares a local, reads a value that is there into it, and names it.</summary>
    private static string EmitLocal(CodeWriter code, TypeModel type)
    {
        string local = code.Local("item");
        code.Line($"{LocalType(type)} {local} = default;");
        if (type.IsNullable)
        {
            code.Open("if (!reader.SkipIfNil())");
            Emit(code, type, local);
            code.Close();
        }
        else
        {
            Emit(code, type, local);
        }

        return local;
    }

    private static void EmitArray(CodeWriter code, TypeModel type, string target)
    {
        string count = code.Local("count");
        string array = code.Local("array");
        string index = code.Local("i");
        code.FailIf($"!reader.TryReadArrayHeader(out int {count})");
        // A call instead of "new T[n]", which would need the brackets of nested arrays in another order.
        string element = type.Element!.AnnotatedName;
        code.Line($"var {array} = {count} == 0");
        code.Line($"    ? global::System.Array.Empty<{element}>()");
        code.Line($"    : global::System.GC.AllocateUninitializedArray<{element}>({count});");
        code.Open($"for (int {index} = 0; {index} < {array}.Length; {index}++)");
        string item = EmitLocal(code, type.Element!);
        code.Line($"{array}[{index}] = {item};");
        code.Close();
        code.Line($"{target} = {array};");
    }

    private static void EmitList(CodeWriter code, TypeModel type, string target)
    {
        string count = code.Local("count");
        string list = code.Local("list");
        string index = code.Local("i");
        code.FailIf($"!reader.TryReadArrayHeader(out int {count})");
        code.Line($"var {list} = new {type.Name}({count});");
        code.Open($"for (int {index} = 0; {index} < {count}; {index}++)");
        string item = EmitLocal(code, type.Element!);
        code.Line($"{list}.Add({item});");
        code.Close();
        code.Line($"{target} = {list};");
    }

    private static void EmitDictionary(CodeWriter code, TypeModel type, string target)
    {
        string count = code.Local("count");
        string dictionary = code.Local("dictionary");
        string index = code.Local("i");
        code.FailIf($"!reader.TryReadMapHeader(out int {count})");
        code.Line($"var {dictionary} = new {type.Name}({count});");
        code.Open($"for (int {index} = 0; {index} < {count}; {index}++)");
        string key = EmitLocal(code, type.Key!);
        string item = EmitLocal(code, type.Element!);
        code.Open($"if (!{dictionary}.TryAdd({key}, {item}))");
        code.Line("return reader.Fail(global::Scp.Serialization.MessagePackError.DuplicateKey);");
        code.Close();
        code.Close();
        code.Line($"{target} = {dictionary};");
    }
}
