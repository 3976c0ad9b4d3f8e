using System.Globalization;
using System.Text;

namespace Scp.Serialization.Oracle;

/// <summary>
/// Any MessagePack item as a tree, for comparing what different decoders made of the same bytes. Two values are equal if
/// their texts are: a notation of its own that the Python peer produces as well.
/// </summary>
public sealed class WireValue
{
    public static readonly WireValue Nil = new() { Type = MessagePackType.Nil };

    public required MessagePackType Type { get; init; }

    /// <summary>The integer, or 0 and 1 for a boolean.</summary>
    public Int128 Integer { get; init; }

    /// <summary>The number of a float of either width.</summary>
    public double Number { get; init; }

    public bool IsSingle { get; init; }

    public string Text { get; init; } = "";

    /// <summary>The payload of a binary or an extension.</summary>
    public byte[] Bytes { get; init; } = [];

    public sbyte ExtensionType { get; init; }

    /// <summary>Elements of an array; keys and values of a map in turn.</summary>
    public IReadOnlyList<WireValue> Items { get; init; } = [];

    /// <summary>Set for an extension of the timestamp type.</summary>
    public MessagePackTimestamp? Timestamp { get; init; }

    public static WireValue OfBoolean(bool value) => new() { Type = MessagePackType.Boolean, Integer = value ? 1 : 0 };

    public static WireValue OfInteger(Int128 value) => new() { Type = MessagePackType.Integer, Integer = value };

    public static WireValue OfSingle(float value) => new() { Type = MessagePackType.Float, Number = value, IsSingle = true };

    public static WireValue OfDouble(double value) => new() { Type = MessagePackType.Float, Number = value };

    public static WireValue OfString(string? value) =>
        value is null ? Nil : new() { Type = MessagePackType.String, Text = value };

    public static WireValue OfBinary(byte[]? value) =>
        value is null ? Nil : new() { Type = MessagePackType.Binary, Bytes = value };

    public static WireValue OfArray(params IEnumerable<WireValue> items) =>
        new() { Type = MessagePackType.Array, Items = [.. items] };

    public static WireValue OfMap(params IEnumerable<WireValue> items) =>
        new() { Type = MessagePackType.Map, Items = [.. items] };

    public static WireValue OfExtension(sbyte type, byte[] payload) =>
        new() { Type = MessagePackType.Extension, ExtensionType = type, Bytes = payload };

    public static WireValue OfTimestamp(MessagePackTimestamp value) =>
        new() { Type = MessagePackType.Extension, ExtensionType = -1, Timestamp = value };

    /// <summary>The notation. <paramref name="widened"/> leaves out how wide a float was, which Python cannot tell.</summary>
    public string Describe(bool widened = false)
    {
        StringBuilder text = new();
        Append(text, widened);
        return text.ToString();
    }

    public override string ToString() => Describe();

    private void Append(StringBuilder text, bool widened)
    {
        switch (Type)
        {
            case MessagePackType.Nil:
                _ = text.Append('n');
                break;
            case MessagePackType.Boolean:
                _ = text.Append(Integer == 0 ? 'f' : 't');
                break;
            case MessagePackType.Integer:
                _ = text.Append('i').Append(Integer.ToString(CultureInfo.InvariantCulture));
                break;
            case MessagePackType.Float:
                _ = text.Append(IsSingle && !widened ? 'e' : 'd').Append(BitConverter.DoubleToUInt64Bits(Number).ToString("x16", CultureInfo.InvariantCulture));
                break;
            case MessagePackType.String:
                _ = text.Append('s').Append(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Text)));
                break;
            case MessagePackType.Binary:
                _ = text.Append('b').Append(Convert.ToHexStringLower(Bytes));
                break;
            case MessagePackType.Extension when Timestamp is { } timestamp:
                _ = text.Append(CultureInfo.InvariantCulture, $"T{timestamp.Seconds}.{timestamp.Nanoseconds}");
                break;
            case MessagePackType.Extension:
                _ = text.Append(CultureInfo.InvariantCulture, $"x{ExtensionType}:").Append(Convert.ToHexStringLower(Bytes));
                break;
            case MessagePackType.Array:
                AppendItems(text, '[', ']', widened);
                break;
            case MessagePackType.Map:
                AppendItems(text, '{', '}', widened);
                break;
            default:
                throw new InvalidOperationException($"A value of type {Type}.");
        }
    }

    private void AppendItems(StringBuilder text, char open, char close, bool widened)
    {
        _ = text.Append(open);
        foreach (WireValue item in Items)
        {
            item.Append(text, widened);
            _ = text.Append(',');
        }

        _ = text.Append(close);
    }
}
