using Scp.Serialization.Generator.Model;

namespace Scp.Serialization.Generator.Emit;

/// <summary>Emits the statements that write one value.</summary>
internal static class WriteEmitter
{
    public static void Emit(CodeWriter code, TypeModel type, string value)
    {
        switch (type.Shape)
        {
            case TypeShape.Scalar:
                code.Line($"writer.Write{type.Codec}({value});");
                break;
            case TypeShape.Enum:
                code.Line($"writer.Write{type.Codec}(({type.UnderlyingName}){value});");
                break;
            case TypeShape.String:
                code.Line($"writer.WriteString({value});");
                break;
            case TypeShape.Bytes:
                code.Line($"writer.WriteBinary({value});");
                break;
            case TypeShape.Memory:
                code.Line($"writer.WriteBinary({value}.Span);");
                break;
            case TypeShape.MessageStruct:
                code.Line($"{value}.Write(ref writer);");
                break;
            default:
                EmitUnlessNull(code, type, value);
                break;
        }
    }

    /// <summary>Null is written as nil even where annotations forbid it: they are a promise, not a fact.</summary>
    private static void EmitUnlessNull(CodeWriter code, TypeModel type, string value)
    {
        string local = code.Local("present");
        code.Open($"if ({value} is {{ }} {local})");
        switch (type.Shape)
        {
            case TypeShape.Nullable:
                Emit(code, type.Element!, local);
                break;
            case TypeShape.MessageClass:
                code.Line($"{local}.Write(ref writer);");
                break;
            case TypeShape.Array:
                EmitElements(code, type, local, $"{local}.Length", local);
                break;
            case TypeShape.List:
                EmitElements(
                    code, type, local, $"{local}.Count", $"global::System.Runtime.InteropServices.CollectionsMarshal.AsSpan({local})");
                break;
            case TypeShape.Dictionary:
                EmitPairs(code, type, local);
                break;
        }

        code.Close();
        code.Open("else");
        code.Line("writer.WriteNil();");
        code.Close();
    }

    private static void EmitElements(CodeWriter code, TypeModel type, string collection, string count, string elements)
    {
        string element = code.Local("element");
        code.Line($"writer.WriteArrayHeader({count});");
        code.Open($"foreach (var {element} in {elements})");
        Emit(code, type.Element!, element);
        code.Close();
    }

    private static void EmitPairs(CodeWriter code, TypeModel type, string dictionary)
    {
        string pair = code.Local("pair");
        code.Line($"writer.WriteMapHeader({dictionary}.Count);");
        code.Open($"foreach (var {pair} in {dictionary})");
        Emit(code, type.Key!, pair + ".Key");
        Emit(code, type.Element!, pair + ".Value");
        code.Close();
    }
}
