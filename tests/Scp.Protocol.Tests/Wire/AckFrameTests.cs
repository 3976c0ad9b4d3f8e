using FsCheck;
using Scp.Protocol.Recovery;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Wire;

[TestFixture]
internal sealed class AckFrameTests
{
    [Property(MaxTest = 500)]
    public bool TheNewestRangesOfAnySetComeBack(int seed)
    {
        var random = new Random(seed);
        ulong start = (ulong)random.NextInt64(0, 1L << random.Next(1, 61));
        SortedSet<ulong> numbers = [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => start + (ulong)random.Next(0, 300))];
        PacketRange[] ranges = RangesOf(numbers);
        ulong[] recovered = [.. Missing(numbers).OrderByDescending(n => n).Take(random.Next(0, AckFrame.MaxRecovered + 1))];

        var writer = new WireWriter(new byte[2000]);
        bool written = AckFrame.TryWrite(ref writer, ranges, seed & 0xFFFF, recovered);
        (PacketRange[] Ranges, ulong[] Recovered, long DelayUs)? read = Read(writer.WrittenSpan);

        return written && read is { } frame
            && frame.Ranges.SequenceEqual(ranges.Take(ScpLimits.MaxAckRanges))
            && frame.Recovered.SequenceEqual(recovered)
            && frame.DelayUs == (seed & 0xFFFF);
    }

    [Property(MaxTest = 500)]
    public bool WhereRoomIsShortTheNewestRangesAreSaidOrNothing(int seed)
    {
        var random = new Random(seed);
        SortedSet<ulong> numbers = [.. Enumerable.Range(0, random.Next(1, 100)).Select(_ => 1000 + (ulong)random.Next(0, 300))];
        PacketRange[] ranges = RangesOf(numbers);
        var writer = new WireWriter(new byte[random.Next(0, 120)]);

        bool written = AckFrame.TryWrite(ref writer, ranges, 0, default);
        if (!written)
        {
            return writer.Written == 0 && writer.Remaining < 60;
        }

        return Read(writer.WrittenSpan) is { } frame && frame.Ranges.SequenceEqual(ranges.Take(frame.Ranges.Length));
    }

    /// <summary>Bytes near to a real frame: whatever is read from them are ranges as they may be.</summary>
    [Property(MaxTest = 3000)]
    public bool SpoiledBytesAreRefusedOrMeanSomethingPossible(int seed)
    {
        var random = new Random(seed);
        SortedSet<ulong> numbers = [.. Enumerable.Range(0, random.Next(1, 20)).Select(_ => (ulong)random.Next(0, 60))];
        var writer = new WireWriter(new byte[500]);
        _ = AckFrame.TryWrite(ref writer, RangesOf(numbers), 0, Missing(numbers).OrderByDescending(n => n).Take(random.Next(0, 4)).ToArray());
        byte[] bytes = writer.WrittenSpan.ToArray();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            bytes[random.Next(1, bytes.Length)] = (byte)random.Next(256);
        }

        return Read(bytes) is not { } frame || (ArePossible(frame.Ranges) && AreDescending(frame.Recovered, frame.Ranges[0].High));
    }

    [Property(MaxTest = 3000)]
    public bool AnyBytesAreRefusedOrMeanSomethingPossible(byte[] bytes, bool recovered) =>
        Read([recovered ? (byte)FrameType.AckRecovered : (byte)FrameType.Ack, .. bytes]) is not { } frame
        || (ArePossible(frame.Ranges) && AreDescending(frame.Recovered, frame.Ranges[0].High));

    internal static PacketRange[] RangesOf(SortedSet<ulong> numbers)
    {
        var ranges = new List<PacketRange>();
        foreach (ulong number in numbers.Reverse())
        {
            if (ranges.Count > 0 && ranges[^1].Low == number + 1)
            {
                ranges[^1] = ranges[^1] with { Low = number };
            }
            else
            {
                ranges.Add(new PacketRange(number, number));
            }
        }

        return [.. ranges];
    }

    private static IEnumerable<ulong> Missing(SortedSet<ulong> numbers)
    {
        for (ulong number = numbers.Min; number < numbers.Max; number++)
        {
            if (!numbers.Contains(number))
            {
                yield return number;
            }
        }
    }

    private static (PacketRange[] Ranges, ulong[] Recovered, long DelayUs)? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        if (!AckFrame.TryRead((FrameType)reader.ReadByte(), ref reader, out AckFrame frame))
        {
            return null;
        }

        var ranges = new PacketRange[ScpLimits.MaxAckRanges];
        var recovered = new ulong[AckFrame.MaxRecovered];
        return (ranges[..frame.CopyRanges(ranges)], recovered[..frame.CopyRecovered(recovered)], frame.DelayUs);
    }

    private static bool ArePossible(PacketRange[] ranges) =>
        ranges.All(range => range.Low <= range.High && range.High <= PacketNumber.Max)
        && ranges.Zip(ranges.Skip(1)).All(pair => pair.First.Low >= 2 && pair.Second.High <= pair.First.Low - 2);

    private static bool AreDescending(ulong[] recovered, ulong largest) =>
        recovered.All(number => number <= largest) && recovered.Zip(recovered.Skip(1)).All(pair => pair.Second < pair.First);
}
