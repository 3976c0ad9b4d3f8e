using System.Buffers;
using FsCheck;
using Scp.Serialization.Oracle;
using Scp.Serialization.Tests.Support;

namespace Scp.Serialization.Tests;

/// <summary>Whatever is written is read back the same, by the reader and by the oracle, from one piece or many.</summary>
public sealed class RoundTripTests
{
    [Property(MaxTest = 2000)]
    public void WhatIsWrittenIsReadBack(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        WireValue value = new ValueGenerator(random).Next();
        byte[] encoded = ValueWriter.Encode(value);
        string expected = value.Describe();

        Assert.That(OracleDecoder.Decode(encoded, MessagePackLimits.Default).Value?.Describe(), Is.EqualTo(expected));
        Assert.That(ReaderDecoder.Decode(encoded, MessagePackLimits.Default).Value?.Describe(), Is.EqualTo(expected));
        Assert.That(ReaderDecoder.Decode(Segments.Cut(encoded, random), MessagePackLimits.Default).Value?.Describe(), Is.EqualTo(expected));
        Assert.That(ReaderDecoder.Decode(Segments.CutEverywhere(encoded), MessagePackLimits.Default).Value?.Describe(), Is.EqualTo(expected));
    }

    [Property(MaxTest = 1000)]
    public void ASpanOfTheExactSizeSufficesAndASmallerOneOverflows(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        WireValue value = new ValueGenerator(random).Next();
        byte[] encoded = ValueWriter.Encode(value);

        byte[] exact = new byte[encoded.Length];
        var writer = new MessagePackWriter(exact);
        ValueWriter.Write(ref writer, value);
        Assert.That(writer.Overflowed, Is.False);
        Assert.That(writer.BytesWritten, Is.EqualTo(encoded.Length));
        Assert.That(exact, Is.EqualTo(encoded));

        foreach (int size in new[] { encoded.Length - 1, random.Next(encoded.Length) })
        {
            var small = new MessagePackWriter(new byte[size]);
            ValueWriter.Write(ref small, value);
            Assert.That(small.Overflowed, Is.True);
            Assert.That(small.BytesWritten, Is.Zero);
        }
    }

    [Property(MaxTest = 1000)]
    public void ABufferWriterOfAnyWindowsGetsTheSameBytes(DoNotSize<int> seed)
    {
        WireValue value = new ValueGenerator(new Random(seed.Item)).Next();
        StingyBufferWriter output = new();
        var writer = new MessagePackWriter(output);
        ValueWriter.Write(ref writer, value);
        writer.Flush();

        Assert.That(output.Written, Is.EqualTo(ValueWriter.Encode(value)));
        Assert.That(writer.BytesWritten, Is.EqualTo(output.Written.Length));
    }

    [Test]
    public void ALongStringOfWideCharactersCrossesWindowsWhole()
    {
        string text = string.Concat(Enumerable.Repeat("a😀日é", 5000));
        StingyBufferWriter output = new();
        var writer = new MessagePackWriter(output);
        writer.WriteString(text);
        writer.Flush();

        var reader = new MessagePackReader(Segments.Cut(output.Written, new Random(1)));
        Assert.That(reader.TryReadString(out string? read), Is.True);
        Assert.That(read, Is.EqualTo(text));
        Assert.That(reader.Remaining, Is.Zero);
    }

    [Test]
    public void ALoneSurrogateIsWrittenAsTheReplacementCharacter([Values(1, 40, 400)] int length)
    {
        StingyBufferWriter output = new();
        var writer = new MessagePackWriter(output);
        writer.WriteString(new string('\ud800', length));
        writer.Flush();

        var reader = new MessagePackReader(output.Written);
        Assert.That(reader.TryReadString(out string? read), Is.True);
        Assert.That(read, Is.EqualTo(new string('\ufffd', length)));
        Assert.That(reader.Remaining, Is.Zero);
    }

    [Test]
    public void FlushingBetweenItemsChangesNothing()
    {
        ArrayBufferWriter<byte> output = new();
        var writer = new MessagePackWriter(output);
        writer.WriteInt32(1);
        writer.Flush();
        writer.Flush();
        writer.WriteInt32(2);
        writer.Flush();

        Assert.That(output.WrittenSpan.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(writer.BytesWritten, Is.EqualTo(2));
    }

    [Test]
    public void RawItemsAndReadyUtf8AreTakenAsTheyAre()
    {
        byte[] buffer = new byte[16];
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(2);
        writer.WriteRaw([0xCD, 0x01, 0x00]);
        writer.WriteUtf8("né"u8);
        int written = (int)writer.BytesWritten;

        Assert.That(buffer[..written], Is.EqualTo(new byte[] { 0x92, 0xCD, 0x01, 0x00, 0xA3, (byte)'n', 0xC3, 0xA9 }));

        var reader = new MessagePackReader(buffer.AsSpan(4, written - 4));
        Assert.That(reader.TryReadUtf8(out ReadOnlySpan<byte> utf8), Is.True);
        Assert.That(utf8.ToArray(), Is.EqualTo("né"u8.ToArray()));
    }

    [Test]
    public void AWriterRefusesWhatNoPeerWouldAccept()
    {
        Assert.That(() => Write((ref MessagePackWriter writer) => writer.WriteUtf8([0xFF])), Throws.InvalidOperationException);
        Assert.That(() => Write((ref MessagePackWriter writer) => writer.WriteArrayHeader(-1)), Throws.InvalidOperationException);
        Assert.That(() => Write((ref MessagePackWriter writer) => writer.WriteMapHeader(-1)), Throws.InvalidOperationException);
        Assert.That(
            () => Write((ref MessagePackWriter writer) => writer.WriteTimestamp(new MessagePackTimestamp(0, 1_000_000_000))),
            Throws.InvalidOperationException);
    }

    private delegate void WriteAction(ref MessagePackWriter writer);

    private static void Write(WriteAction action)
    {
        var writer = new MessagePackWriter(new byte[64]);
        action(ref writer);
    }
}
