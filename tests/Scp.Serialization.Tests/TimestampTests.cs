using FsCheck;
using Scp.Serialization.Oracle;
using Scp.Serialization.Tests.Support;

namespace Scp.Serialization.Tests;

public sealed class TimestampTests
{
    private static readonly DateTime Latest = DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc);

    [TestCase(0L, 0u, "D6FF00000000")]
    [TestCase(4294967295L, 0u, "D6FFFFFFFFFF")]
    [TestCase(4294967296L, 0u, "D7FF0000000100000000")]
    [TestCase(1L, 1u, "D7FF0000000400000001")]
    [TestCase(17179869183L, 999_999_999u, "D7FFEE6B27FFFFFFFFFF")]
    [TestCase(17179869184L, 0u, "C70CFF000000000000000400000000")]
    [TestCase(-1L, 5u, "C70CFF00000005FFFFFFFFFFFFFFFF")]
    public void ATimestampTakesItsShortestLayout(long seconds, uint nanoseconds, string hex)
    {
        MessagePackTimestamp value = new(seconds, nanoseconds);
        byte[] encoded = ValueWriter.Encode(WireValue.OfTimestamp(value));
        Assert.That(Convert.ToHexString(encoded), Is.EqualTo(hex));
        Assert.That(new MessagePackReader(encoded).TryReadTimestamp(out MessagePackTimestamp read), Is.True);
        Assert.That(read, Is.EqualTo(value));
    }

    [TestCase("D6FF00000001")]
    [TestCase("D7FF0000000000000001")]
    [TestCase("C70CFF000000000000000000000001")]
    [TestCase("C704FF00000001")]
    [TestCase("C80008FF0000000000000001")]
    [TestCase("C90000000CFF000000000000000000000001")]
    public void EveryLayoutAndHeaderIsRead(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.That(new MessagePackReader(bytes).TryReadDateTime(out DateTime whole), Is.True);
        Assert.That(whole, Is.EqualTo(DateTime.UnixEpoch.AddSeconds(1)));

        var reader = new MessagePackReader(Segments.CutEverywhere(bytes));
        Assert.That(reader.TryReadDateTime(out DateTime cut), Is.True);
        Assert.That(cut, Is.EqualTo(whole));
    }

    [Property(MaxTest = 2000)]
    public void ADateTimeSurvivesToTheTick(DoNotSize<long> ticks)
    {
        DateTime value = new((long)((ulong)ticks.Item % (ulong)(Latest.Ticks + 1)), DateTimeKind.Utc);
        Assert.That(ReadBack(value), Is.EqualTo(value));
        Assert.That(ReadBack(value).Kind, Is.EqualTo(DateTimeKind.Utc));
    }

    [Test]
    public void TheFirstAndTheLastDateTimeSurvive()
    {
        Assert.That(ReadBack(DateTime.MinValue), Is.EqualTo(DateTime.MinValue));
        Assert.That(ReadBack(Latest), Is.EqualTo(Latest));
    }

    [Test]
    public void ALocalTimeIsConvertedAndAnUnspecifiedOneCountsAsUtc()
    {
        DateTime utc = new(2026, 7, 1, 12, 0, 0, DateTimeKind.Utc);
        Assert.That(ReadBack(utc.ToLocalTime()), Is.EqualTo(utc));
        Assert.That(ReadBack(DateTime.SpecifyKind(utc, DateTimeKind.Unspecified)), Is.EqualTo(utc));
    }

    [Test]
    public void NanosecondsAreRoundedDownToTheTick()
    {
        byte[] encoded = ValueWriter.Encode(WireValue.OfTimestamp(new MessagePackTimestamp(0, 199)));
        Assert.That(new MessagePackReader(encoded).TryReadDateTime(out DateTime value), Is.True);
        Assert.That(value.Ticks, Is.EqualTo(DateTime.UnixEpoch.Ticks + 1));
    }

    [TestCase(253402300800L)]
    [TestCase(-62135596801L)]
    [TestCase(long.MaxValue)]
    [TestCase(long.MinValue)]
    public void WhatNoDateTimeHoldsIsOutOfRange(long seconds)
    {
        var reader = new MessagePackReader(ValueWriter.Encode(WireValue.OfTimestamp(new MessagePackTimestamp(seconds, 0))));
        Assert.That(reader.TryReadDateTime(out _), Is.False);
        Assert.That(reader.Error, Is.EqualTo(MessagePackError.OutOfRange));
    }

    [TestCase("D7FFEE6B280000000000", MessagePackError.InvalidTimestamp)]
    [TestCase("C70CFF3B9ACA000000000000000000", MessagePackError.InvalidTimestamp)]
    [TestCase("D5FF0000", MessagePackError.InvalidTimestamp)]
    [TestCase("D60100000000", MessagePackError.UnexpectedType)]
    [TestCase("D7FF00000000000000", MessagePackError.Truncated)]
    [TestCase("C70CFF", MessagePackError.Truncated)]
    public void WhatIsNoTimestampIsRefused(string hex, MessagePackError error)
    {
        byte[] bytes = Convert.FromHexString(hex);
        var whole = new MessagePackReader(bytes);
        Assert.That(whole.TryReadTimestamp(out _), Is.False);
        Assert.That(whole.Error, Is.EqualTo(error));

        var cut = new MessagePackReader(Segments.CutEverywhere(bytes));
        Assert.That(cut.TryReadTimestamp(out _), Is.False);
        Assert.That(cut.Error, Is.EqualTo(error));
    }

    private static DateTime ReadBack(DateTime value)
    {
        byte[] buffer = new byte[15];
        var writer = new MessagePackWriter(buffer);
        writer.WriteDateTime(value);
        var reader = new MessagePackReader(buffer.AsSpan(0, (int)writer.BytesWritten));
        Assert.That(reader.TryReadDateTime(out DateTime read), Is.True);
        return read;
    }
}
