using FsCheck;
using Scp.Serialization.Oracle;
using Scp.Serialization.Tests.Support;
using Tests.Shared;

namespace Scp.Serialization.Tests;

/// <summary>Bytes that may be anything: span reader, sequence reader and oracle agree on every one of them.</summary>
public sealed class HostileInputTests
{
    private static readonly MessagePackLimits Tight = new()
    {
        MaxDepth = 3,
        MaxStringBytes = 40,
        MaxBinaryBytes = 32,
        MaxArrayElements = 16,
        MaxMapEntries = 6,
    };

    [Property(MaxTest = 20000)]
    public void SpoiledBytesMeetTheSameFateInEveryReader(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        byte[] encoded = ValueWriter.Encode(new ValueGenerator(random).Next(depth: 6));
        AssertAgreement(Mutator.Mutate(encoded, random), random);
    }

    [Property(MaxTest = 20000)]
    public void RandomBytesMeetTheSameFateInEveryReader(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        AssertAgreement(new ValueGenerator(random).Bytes(random.Next(24)), random);
    }

    [Property(MaxTest = 1000)]
    public void EveryPrefixIsTruncatedAndNothingElse(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        byte[] encoded = ValueWriter.Encode(new ValueGenerator(random).Next());
        byte[] prefix = encoded[..random.Next(encoded.Length)];

        Assert.That(ReaderDecoder.Decode(prefix, MessagePackLimits.Default).Error, Is.EqualTo(MessagePackError.Truncated));
        var reader = new MessagePackReader(Segments.Cut(prefix, random));
        Assert.That(reader.TrySkip(), Is.False);
        Assert.That(reader.Error, Is.EqualTo(MessagePackError.Truncated));
    }

    [Property(MaxTest = 5000)]
    public void SkippingEndsWhereTheItemEnds(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        byte[] bytes = ValueWriter.Encode(new ValueGenerator(random).Next());
        bytes = random.Next(3) == 0 ? [.. bytes, .. new ValueGenerator(random).Bytes(5)] : Mutator.Mutate(bytes, random);
        int measured = OracleDecoder.Measure(bytes);

        var whole = new MessagePackReader(bytes);
        Assert.That(whole.TrySkip() ? (int)whole.Consumed : -1, Is.EqualTo(measured));
        var cut = new MessagePackReader(Segments.Cut(bytes, random));
        Assert.That(cut.TrySkip() ? (int)cut.Consumed : -1, Is.EqualTo(measured));
        Assert.That(cut.Error, Is.EqualTo(whole.Error));
    }

    [Test]
    public void AMillionLevelsAreSkippedWithoutAStack()
    {
        byte[] bytes = [.. Enumerable.Repeat((byte)0x91, 1_000_000), 0xC0];
        var reader = new MessagePackReader(bytes);
        Assert.That(reader.TrySkip(), Is.True);
        Assert.That(reader.Remaining, Is.Zero);
    }

    [TestCase("DD7FFFFFFF", MessagePackError.TooManyElements)]
    [TestCase("DDFFFFFFFF", MessagePackError.TooManyElements)]
    [TestCase("DD0000FFFF", MessagePackError.Truncated)]
    [TestCase("9F", MessagePackError.Truncated)]
    [TestCase("DF7FFFFFFF", MessagePackError.TooManyElements)]
    [TestCase("DF00000FFF", MessagePackError.Truncated)]
    [TestCase("DBFFFFFFFF", MessagePackError.TooLong)]
    [TestCase("DB00010000", MessagePackError.Truncated)]
    [TestCase("C6FFFFFFFF", MessagePackError.TooLong)]
    [TestCase("C600010000", MessagePackError.Truncated)]
    [TestCase("C9FFFFFFFF", MessagePackError.TooLong)]
    [TestCase("C90001000005", MessagePackError.Truncated)]
    public void AHeaderThatPromisesTooMuchIsRefusedBeforeAnythingIsAllocated(string hex, MessagePackError expected)
    {
        byte[] bytes = [.. Convert.FromHexString(hex), 1, 2, 3, 4, 5];
        _ = RefuseEveryWay(bytes);
        var error = MessagePackError.None;
        long allocated = Allocations.Of(() => error = RefuseEveryWay(bytes));

        Assert.That(error, Is.EqualTo(expected));
        Assert.That(allocated, Is.Zero);
    }

    [TestCase("A1FF")]
    [TestCase("A2C080")]
    [TestCase("A3EDA080")]
    [TestCase("A4F4908080")]
    [TestCase("A3E28041")]
    public void WhatIsNotUtf8IsRefused(string hex)
    {
        byte[] bytes = [.. Convert.FromHexString(hex), 0x80];
        var whole = new MessagePackReader(bytes);
        Assert.That(whole.TryReadString(out _), Is.False);
        Assert.That(whole.Error, Is.EqualTo(MessagePackError.InvalidUtf8));

        var cut = new MessagePackReader(Segments.CutEverywhere(bytes));
        Assert.That(cut.TryReadString(out _), Is.False);
        Assert.That(cut.Error, Is.EqualTo(MessagePackError.InvalidUtf8));

        var raw = new MessagePackReader(bytes);
        Assert.That(raw.TryReadUtf8(out _), Is.False);
        Assert.That(raw.Error, Is.EqualTo(MessagePackError.InvalidUtf8));
    }

    [Test]
    public void TheFirstReasonStaysAndNothingIsReadAfterIt()
    {
        var reader = new MessagePackReader([0xC0, 0x05, 0x06]);
        Assert.That(reader.TryReadInt32(out _), Is.False);
        Assert.That(reader.TryReadInt32(out _), Is.False);
        Assert.That(reader.TryReadNil(), Is.False);
        Assert.That(reader.SkipIfNil(), Is.False);
        Assert.That(reader.TrySkip(), Is.False);
        Assert.That(reader.TrySkip(0), Is.False);
        Assert.That(reader.PeekType(), Is.EqualTo(MessagePackType.None));
        Assert.That(reader.Remaining, Is.Zero);
        Assert.That(reader.Error, Is.EqualTo(MessagePackError.UnexpectedType));
        Assert.That(reader.Fail(MessagePackError.TooDeep), Is.False);
        Assert.That(reader.Error, Is.EqualTo(MessagePackError.UnexpectedType));
    }

    private static void AssertAgreement(byte[] bytes, Random random)
    {
        foreach (MessagePackLimits limits in new[] { MessagePackLimits.Default, Tight })
        {
            (WireValue? expected, MessagePackError error) = OracleDecoder.Decode(bytes, limits);
            (WireValue? whole, MessagePackError wholeError) = ReaderDecoder.Decode(bytes, limits);
            (WireValue? cut, MessagePackError cutError) = ReaderDecoder.Decode(Segments.Cut(bytes, random), limits);
            string hex = Convert.ToHexString(bytes);
            Assert.That(wholeError, Is.EqualTo(error), hex);
            Assert.That(cutError, Is.EqualTo(error), hex);
            Assert.That(whole?.Describe(), Is.EqualTo(expected?.Describe()), hex);
            Assert.That(cut?.Describe(), Is.EqualTo(expected?.Describe()), hex);
        }
    }

    private static MessagePackError RefuseEveryWay(byte[] bytes)
    {
        MessagePackReader reader = new(bytes);
        bool read = reader.PeekType() switch
        {
            MessagePackType.Array => reader.TryReadArrayHeader(out _),
            MessagePackType.Map => reader.TryReadMapHeader(out _),
            MessagePackType.String => reader.TryReadString(out _),
            MessagePackType.Binary => reader.TryReadBinary(out _),
            _ => reader.TryReadExtension(out _, out _),
        };
        return read ? MessagePackError.None : reader.Error;
    }
}
