using Scp.Serialization.Oracle;

namespace Scp.Serialization.Tests.Messages;

/// <summary>
/// A member of every type there is. What it looks like on the wire is said twice: by the generated code, and by hand in
/// <see cref="ToWireValue"/>.
/// </summary>
[MessagePackObject]
public sealed partial class Everything
{
    [Key(0)]
    public bool Boolean { get; set; }

    [Key(1)]
    public sbyte SByte { get; set; }

    [Key(2)]
    public byte Byte { get; init; }

    [Key(3)]
    public short Int16 { get; set; }

    [Key(4)]
    public ushort UInt16 { get; set; }

    [Key(5)]
    public int Int32 { get; set; }

    [Key(6)]
    public uint UInt32 { get; set; }

    [Key(7)]
    public long Int64 { get; set; }

    [Key(8)]
    public ulong UInt64 { get; set; }

    [Key(9)]
    public float Single { get; set; }

    [Key(10)]
    public double Double { get; set; }

    [Key(11)]
    public required string Text { get; set; }

    [Key(12)]
    public string? MaybeText { get; set; }

    [Key(13)]
    public byte[] Bytes { get; set; } = [];

    [Key(14)]
    public byte[]? MaybeBytes { get; set; }

    [Key(15)]
    public ReadOnlyMemory<byte> Memory { get; set; }

    [Key(16)]
    public Level Level { get; set; }

    [Key(17)]
    public Level? MaybeLevel { get; set; }

    [Key(18)]
    public int? MaybeInt32 { get; set; }

    [Key(19)]
    public DateTime At { get; set; }

    [Key(20)]
    public Guid Id { get; set; }

    [Key(21)]
    public Guid? MaybeId { get; set; }

    [Key(24)]
    public NodeId Node { get; set; }

    [Key(25)]
    public NodeId? MaybeNode { get; set; }

    [Key(26)]
    public Inner Nested { get; set; } = new(0);

    [Key(27)]
    public Inner? MaybeNested { get; set; }

    [Key(28)]
    public int[][] Jagged { get; set; } = [];

    [Key(29)]
    public string?[]? MaybeTexts { get; set; }

    [Key(30)]
    public List<List<Inner?>> Lists { get; set; } = [];

    [Key(31)]
    public Dictionary<NodeId, List<string>> Map { get; set; } = [];

    [Key(32)]
    public Dictionary<string, int?>? MaybeMap { get; set; }

    [Key(33)]
    public byte[]?[] Blobs { get; set; } = [];

    [Key(34)]
    public MessagePackTimestamp Exact { get; set; }

    [Key(35)]
    internal int Field;

    [Key(36)]
    private long _hidden;

    [Key(37)]
    public int @class { get; set; }

    [IgnoreMember]
    public int Ignored { get; set; }

    /// <summary>Travels as the field behind it: fields may be keyed, private ones included.</summary>
    [IgnoreMember]
    public long Hidden
    {
        get => _hidden;
        set => _hidden = value;
    }

    /// <summary>A message inside another type.</summary>
    [MessagePackObject]
    public sealed partial record Inner([Key(0)] int Value);

    public WireValue ToWireValue() => WireValue.OfArray(
    [
        WireValue.OfBoolean(Boolean), WireValue.OfInteger(SByte), WireValue.OfInteger(Byte), WireValue.OfInteger(Int16),
        WireValue.OfInteger(UInt16), WireValue.OfInteger(Int32), WireValue.OfInteger(UInt32), WireValue.OfInteger(Int64),
        WireValue.OfInteger(UInt64), WireValue.OfSingle(Single), WireValue.OfDouble(Double), WireValue.OfString(Text),
        WireValue.OfString(MaybeText), WireValue.OfBinary(Bytes), WireValue.OfBinary(MaybeBytes),
        WireValue.OfBinary(Memory.ToArray()), WireValue.OfInteger((short)Level), Maybe((short?)MaybeLevel), Maybe(MaybeInt32),
        WireValue.OfTimestamp(MessagePackTimestamp.FromDateTime(At)), WireValue.OfBinary(Id.ToByteArray(bigEndian: true)),
        WireValue.OfBinary(MaybeId?.ToByteArray(bigEndian: true)), WireValue.Nil, WireValue.Nil, Of(Node),
        MaybeNode is { } node ? Of(node) : WireValue.Nil, Of(Nested), Of(MaybeNested),
        WireValue.OfArray(Jagged.Select(row => WireValue.OfArray(row.Select(number => WireValue.OfInteger(number))))),
        MaybeTexts is null ? WireValue.Nil : WireValue.OfArray(MaybeTexts.Select(WireValue.OfString)),
        WireValue.OfArray(Lists.Select(list => WireValue.OfArray(list.Select(Of)))),
        WireValue.OfMap(Map.SelectMany(pair => new[] { Of(pair.Key), WireValue.OfArray(pair.Value.Select(WireValue.OfString)) })),
        MaybeMap is null
            ? WireValue.Nil
            : WireValue.OfMap(MaybeMap.SelectMany(pair => new[] { WireValue.OfString(pair.Key), Maybe(pair.Value) })),
        WireValue.OfArray(Blobs.Select(WireValue.OfBinary)), WireValue.OfTimestamp(Exact), WireValue.OfInteger(Field),
        WireValue.OfInteger(_hidden), WireValue.OfInteger(@class),
    ]);

    private static WireValue Maybe(int? value) => value is { } number ? WireValue.OfInteger(number) : WireValue.Nil;

    private static WireValue Of(NodeId node) => WireValue.OfArray(WireValue.OfInteger(node.Value));

    private static WireValue Of(Inner? inner) =>
        inner is null ? WireValue.Nil : WireValue.OfArray(WireValue.OfInteger(inner.Value));
}
