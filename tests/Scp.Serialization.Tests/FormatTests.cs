using FsCheck;
using Scp.Serialization.Oracle;
using Scp.Serialization.Tests.Support;

namespace Scp.Serialization.Tests;

/// <summary>The specification's table by example: the form each value is written in, and every form that is read.</summary>
public sealed class FormatTests
{
    private static readonly TestCaseData[] Integers =
    [
        new(0L, "00"), new(127L, "7F"), new(128L, "CC80"), new(255L, "CCFF"), new(256L, "CD0100"), new(65535L, "CDFFFF"),
        new(65536L, "CE00010000"), new(4294967295L, "CEFFFFFFFF"), new(4294967296L, "CF0000000100000000"),
        new(long.MaxValue, "CF7FFFFFFFFFFFFFFF"), new(-1L, "FF"), new(-32L, "E0"), new(-33L, "D0DF"), new(-128L, "D080"),
        new(-129L, "D1FF7F"), new(-32768L, "D18000"), new(-32769L, "D2FFFF7FFF"), new(-2147483648L, "D280000000"),
        new(-2147483649L, "D3FFFFFFFF7FFFFFFF"), new(long.MinValue, "D38000000000000000"),
    ];

    [TestCaseSource(nameof(Integers))]
    public void AnIntegerTakesItsShortestForm(long value, string hex)
    {
        Assert.That(Convert.ToHexString(ValueWriter.Encode(WireValue.OfInteger(value))), Is.EqualTo(hex));
    }

    [TestCase("05")]
    [TestCase("CC05")]
    [TestCase("CD0005")]
    [TestCase("CE00000005")]
    [TestCase("CF0000000000000005")]
    [TestCase("D005")]
    [TestCase("D10005")]
    [TestCase("D200000005")]
    [TestCase("D30000000000000005")]
    public void EveryIntegerFormIsReadIntoEveryIntegerType(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.That(new MessagePackReader(bytes).TryReadSByte(out sbyte int8) ? int8 : -1, Is.EqualTo(5));
        Assert.That(new MessagePackReader(bytes).TryReadByte(out byte uint8) ? uint8 : -1, Is.EqualTo(5));
        Assert.That(new MessagePackReader(bytes).TryReadInt16(out short int16) ? int16 : -1, Is.EqualTo(5));
        Assert.That(new MessagePackReader(bytes).TryReadUInt16(out ushort uint16) ? uint16 : -1, Is.EqualTo(5));
        Assert.That(new MessagePackReader(bytes).TryReadInt32(out int int32) ? int32 : -1, Is.EqualTo(5));
        Assert.That(new MessagePackReader(bytes).TryReadUInt32(out uint uint32) ? uint32 : -1L, Is.EqualTo(5));
        Assert.That(new MessagePackReader(bytes).TryReadInt64(out long int64) ? int64 : -1, Is.EqualTo(5));
        Assert.That(new MessagePackReader(bytes).TryReadUInt64(out ulong uint64) ? uint64 : 0UL, Is.EqualTo(5UL));
        Assert.That(new MessagePackReader(bytes).TryReadDouble(out double number) ? number : -1, Is.EqualTo(5));
        Assert.That(new MessagePackReader(bytes).TryReadSingle(out float single) ? single : -1, Is.EqualTo(5));
    }

    [Property(MaxTest = 2000)]
    public void AnIntegerIsReadExactlyIntoTheTypesThatHoldIt(DoNotSize<int> seed)
    {
        Int128 value = new ValueGenerator(new Random(seed.Item)).Integer();
        byte[] bytes = ValueWriter.Encode(WireValue.OfInteger(value));

        Check(new MessagePackReader(bytes).TryReadSByte(out sbyte int8), int8, sbyte.MinValue, sbyte.MaxValue);
        Check(new MessagePackReader(bytes).TryReadByte(out byte uint8), uint8, byte.MinValue, byte.MaxValue);
        Check(new MessagePackReader(bytes).TryReadInt16(out short int16), int16, short.MinValue, short.MaxValue);
        Check(new MessagePackReader(bytes).TryReadUInt16(out ushort uint16), uint16, ushort.MinValue, ushort.MaxValue);
        Check(new MessagePackReader(bytes).TryReadInt32(out int int32), int32, int.MinValue, int.MaxValue);
        Check(new MessagePackReader(bytes).TryReadUInt32(out uint uint32), uint32, uint.MinValue, uint.MaxValue);
        Check(new MessagePackReader(bytes).TryReadInt64(out long int64), int64, long.MinValue, long.MaxValue);
        Check(new MessagePackReader(bytes).TryReadUInt64(out ulong uint64), uint64, ulong.MinValue, ulong.MaxValue);

        void Check(bool read, Int128 got, Int128 min, Int128 max)
        {
            Assert.That(read, Is.EqualTo(value >= min && value <= max), $"{value} in {min}..{max}");
            Assert.That(!read || got == value, $"{value} in {min}..{max}");
        }
    }

    [TestCase("CA3FC00000", 1.5)]
    [TestCase("CB3FF8000000000000", 1.5)]
    [TestCase("CB7FF0000000000000", double.PositiveInfinity)]
    [TestCase("FF", -1)]
    public void AFloatIsReadFromEveryNumber(string hex, double expected)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.That(new MessagePackReader(bytes).TryReadDouble(out double number) ? number : double.NaN, Is.EqualTo(expected));
        Assert.That(new MessagePackReader(bytes).TryReadSingle(out float single) ? single : float.NaN, Is.EqualTo((float)expected));
    }

    [Test]
    public void ADoubleIsRoundedIntoAFloatButNotIntoInfinity()
    {
        Assert.That(new MessagePackReader(ValueWriter.Encode(WireValue.OfDouble(0.1))).TryReadSingle(out float tenth), Is.True);
        Assert.That(tenth, Is.EqualTo(0.1f));

        var reader = new MessagePackReader(ValueWriter.Encode(WireValue.OfDouble(1e300)));
        Assert.That(reader.TryReadSingle(out _), Is.False);
        Assert.That(reader.Error, Is.EqualTo(MessagePackError.OutOfRange));
    }

    [TestCase(0, "A0")]
    [TestCase(31, "BF")]
    [TestCase(32, "D920")]
    [TestCase(255, "D9FF")]
    [TestCase(256, "DA0100")]
    [TestCase(65535, "DAFFFF")]
    [TestCase(65536, "DB00010000")]
    public void AStringTakesItsShortestHeader(int length, string header) =>
        AssertHeader(WireValue.OfString(new string('x', length)), header, length);

    [TestCase(0, "C400")]
    [TestCase(255, "C4FF")]
    [TestCase(256, "C50100")]
    [TestCase(65535, "C5FFFF")]
    [TestCase(65536, "C600010000")]
    public void ABinaryTakesItsShortestHeader(int length, string header) =>
        AssertHeader(WireValue.OfBinary(new byte[length]), header, length);

    [TestCase(0, "C70007")]
    [TestCase(1, "D407")]
    [TestCase(2, "D507")]
    [TestCase(3, "C70307")]
    [TestCase(4, "D607")]
    [TestCase(8, "D707")]
    [TestCase(16, "D807")]
    [TestCase(17, "C71107")]
    [TestCase(255, "C7FF07")]
    [TestCase(256, "C8010007")]
    [TestCase(65536, "C90001000007")]
    public void AnExtensionTakesItsShortestHeader(int length, string header) =>
        AssertHeader(WireValue.OfExtension(7, new byte[length]), header, length);

    [TestCase(0, "90")]
    [TestCase(15, "9F")]
    [TestCase(16, "DC0010")]
    [TestCase(65535, "DCFFFF")]
    [TestCase(65536, "DD00010000")]
    public void AnArrayTakesItsShortestHeader(int count, string header) =>
        AssertHeader(WireValue.OfArray(Enumerable.Repeat(WireValue.Nil, count)), header, count);

    [TestCase(0, "80")]
    [TestCase(15, "8F")]
    [TestCase(16, "DE0010")]
    [TestCase(65535, "DEFFFF")]
    [TestCase(65536, "DF00010000")]
    public void AMapTakesItsShortestHeader(int count, string header) =>
        AssertHeader(WireValue.OfMap(Enumerable.Repeat(WireValue.Nil, 2 * count)), header, 2 * count);

    [Test]
    public void NilBooleansAndFloatsHaveOneForm()
    {
        WireValue value = WireValue.OfArray(
            WireValue.Nil, WireValue.OfBoolean(false), WireValue.OfBoolean(true), WireValue.OfSingle(1.5f), WireValue.OfDouble(-2));
        Assert.That(Convert.ToHexString(ValueWriter.Encode(value)), Is.EqualTo("95C0C2C3CA3FC00000CBC000000000000000"));
    }

    [TestCase("C0")]
    [TestCase("A0")]
    [TestCase("90")]
    [TestCase("80")]
    [TestCase("C3")]
    [TestCase("C400")]
    [TestCase("05")]
    [TestCase("CA3FC00000")]
    [TestCase("D40700")]
    [TestCase("C1")]
    public void AnItemOfAnotherTypeIsRefusedByEveryMethod(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        MessagePackType type = new MessagePackReader(bytes).PeekType();
        MessagePackError expected = hex == "C1" ? MessagePackError.ReservedCode : MessagePackError.UnexpectedType;
        foreach ((MessagePackType own, ReadAction read) in Readers())
        {
            bool accepts = own == type || (own == MessagePackType.Float && type == MessagePackType.Integer);
            var reader = new MessagePackReader(bytes);
            Assert.That(read(ref reader), Is.EqualTo(accepts), $"{own} of {hex}");
            Assert.That(reader.Error, Is.EqualTo(accepts ? MessagePackError.None : expected), $"{own} of {hex}");
        }
    }

    private delegate bool ReadAction(ref MessagePackReader reader);

    private static IEnumerable<(MessagePackType Own, ReadAction Read)> Readers()
    {
        yield return (MessagePackType.Nil, static (ref reader) => reader.TryReadNil());
        yield return (MessagePackType.Boolean, static (ref reader) => reader.TryReadBoolean(out _));
        yield return (MessagePackType.Integer, static (ref reader) => reader.TryReadInt32(out _));
        yield return (MessagePackType.Integer, static (ref reader) => reader.TryReadUInt64(out _));
        yield return (MessagePackType.Float, static (ref reader) => reader.TryReadSingle(out _));
        yield return (MessagePackType.Float, static (ref reader) => reader.TryReadDouble(out _));
        yield return (MessagePackType.String, static (ref reader) => reader.TryReadString(out _));
        yield return (MessagePackType.String, static (ref reader) => reader.TryReadUtf8(out _));
        yield return (MessagePackType.Binary, static (ref reader) => reader.TryReadBinary(out _));
        yield return (MessagePackType.Binary, static (ref reader) => reader.TryReadBinarySpan(out _));
        yield return (MessagePackType.Array, static (ref reader) => reader.TryReadArrayHeader(out _));
        yield return (MessagePackType.Map, static (ref reader) => reader.TryReadMapHeader(out _));
        yield return (MessagePackType.Extension, static (ref reader) => reader.TryReadExtension(out _, out _));
    }

    private static void AssertHeader(WireValue value, string header, int bodyBytes)
    {
        byte[] encoded = ValueWriter.Encode(value);
        Assert.That(Convert.ToHexString(encoded.AsSpan(0, header.Length / 2)), Is.EqualTo(header));
        Assert.That(encoded, Has.Length.EqualTo((header.Length / 2) + bodyBytes));

        MessagePackLimits generous = new() { MaxArrayElements = int.MaxValue, MaxMapEntries = int.MaxValue };
        (WireValue? read, MessagePackError error) = ReaderDecoder.Decode(encoded, generous);
        Assert.That(error, Is.EqualTo(MessagePackError.None));
        Assert.That(read?.Describe(), Is.EqualTo(value.Describe()));
    }
}
