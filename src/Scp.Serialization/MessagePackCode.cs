namespace Scp.Serialization;

/// <summary>
/// The first byte of every item, as the MessagePack specification assigns them. Families that carry a small value
/// inside the byte itself (fixint, fixmap, fixarray, fixstr) are named by the first code of their range.
/// </summary>
internal static class MessagePackCode
{
    internal const byte MaxPositiveFixInt = 0x7F;
    internal const byte FixMap = 0x80;
    internal const byte FixArray = 0x90;
    internal const byte FixString = 0xA0;
    internal const byte Nil = 0xC0;
    internal const byte Reserved = 0xC1;
    internal const byte False = 0xC2;
    internal const byte True = 0xC3;
    internal const byte Binary8 = 0xC4;
    internal const byte Binary16 = 0xC5;
    internal const byte Binary32 = 0xC6;
    internal const byte Ext8 = 0xC7;
    internal const byte Ext16 = 0xC8;
    internal const byte Ext32 = 0xC9;
    internal const byte Float32 = 0xCA;
    internal const byte Float64 = 0xCB;
    internal const byte UInt8 = 0xCC;
    internal const byte UInt16 = 0xCD;
    internal const byte UInt32 = 0xCE;
    internal const byte UInt64 = 0xCF;
    internal const byte Int8 = 0xD0;
    internal const byte Int16 = 0xD1;
    internal const byte Int32 = 0xD2;
    internal const byte Int64 = 0xD3;
    internal const byte FixExt1 = 0xD4;
    internal const byte FixExt2 = 0xD5;
    internal const byte FixExt4 = 0xD6;
    internal const byte FixExt8 = 0xD7;
    internal const byte FixExt16 = 0xD8;
    internal const byte String8 = 0xD9;
    internal const byte String16 = 0xDA;
    internal const byte String32 = 0xDB;
    internal const byte Array16 = 0xDC;
    internal const byte Array32 = 0xDD;
    internal const byte Map16 = 0xDE;
    internal const byte Map32 = 0xDF;
    internal const byte NegativeFixInt = 0xE0;

    /// <summary>Most elements a fixarray or fixmap holds.</summary>
    internal const int MaxFixCount = 15;

    /// <summary>Most bytes a fixstr holds.</summary>
    internal const int MaxFixStringBytes = 31;

    /// <summary>Smallest value that fits a negative fixint.</summary>
    internal const int MinFixInt = -32;

    /// <summary>The extension type of timestamps, the only one that the specification itself assigns.</summary>
    internal const sbyte TimestampType = -1;

    /// <summary>The type that an item's first byte announces; the reserved code announces none.</summary>
    internal static MessagePackType TypeOf(byte code) => code switch
    {
        <= MaxPositiveFixInt => MessagePackType.Integer,
        < FixArray => MessagePackType.Map,
        < FixString => MessagePackType.Array,
        < Nil => MessagePackType.String,
        Nil => MessagePackType.Nil,
        Reserved => MessagePackType.None,
        False or True => MessagePackType.Boolean,
        <= Binary32 => MessagePackType.Binary,
        <= Ext32 => MessagePackType.Extension,
        <= Float64 => MessagePackType.Float,
        <= Int64 => MessagePackType.Integer,
        <= FixExt16 => MessagePackType.Extension,
        <= String32 => MessagePackType.String,
        <= Array32 => MessagePackType.Array,
        <= Map32 => MessagePackType.Map,
        _ => MessagePackType.Integer,
    };
}
