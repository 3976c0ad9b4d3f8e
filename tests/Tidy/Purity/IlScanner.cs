using System.Buffers.Binary;
using System.Reflection.Emit;

namespace Tidy.Purity;

/// <summary>Walks the instructions of a method body and reports those that name something by a metadata token.</summary>
public static class IlScanner
{
    private const int TwoByteLead = 0xFE;

    private static readonly OpCode?[] OneByte = Load(twoByte: false);
    private static readonly OpCode?[] TwoByte = Load(twoByte: true);

    /// <summary>
    /// An instruction with a token operand. <see cref="Constrained"/> is the type token of a constrained prefix right
    /// before it, or 0: the call then goes to that type's own method.
    /// </summary>
    public readonly record struct Instruction(int Offset, int Token, int Constrained);

    public static List<Instruction> TokensOf(ReadOnlySpan<byte> il)
    {
        var found = new List<Instruction>();
        var constrained = 0;
        var at = 0;
        while (at < il.Length)
        {
            var start = at;
            var code = il[at] == TwoByteLead ? TwoByte[il[at + 1]] : OneByte[il[at]];
            var opcode = code ?? throw new InvalidOperationException($"Unknown instruction 0x{il[at]:X2} at {at}.");
            at += opcode.Size;
            var operandBytes = OperandBytes(opcode, il[at..]);
            var token = HasToken(opcode) ? BinaryPrimitives.ReadInt32LittleEndian(il[at..]) : 0;
            at += operandBytes;
            if (opcode == OpCodes.Constrained)
            {
                constrained = token;
                continue;
            }

            if (token != 0)
            {
                found.Add(new Instruction(start, token, constrained));
            }

            constrained = 0;
        }

        return found;
    }

    private static bool HasToken(OpCode opcode) => opcode.OperandType
        is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok or OperandType.InlineSig;

    private static int OperandBytes(OpCode opcode, ReadOnlySpan<byte> operand) => opcode.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(operand)),
        _ => 4,
    };

    private static OpCode?[] Load(bool twoByte)
    {
        var table = new OpCode?[256];
        foreach (var field in typeof(OpCodes).GetFields())
        {
            if (field.GetValue(null) is OpCode opcode && opcode.Size == (twoByte ? 2 : 1))
            {
                table[opcode.Value & 0xFF] = opcode;
            }
        }

        return table;
    }
}
