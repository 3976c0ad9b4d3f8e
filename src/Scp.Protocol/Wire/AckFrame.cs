using Scp.Protocol.Recovery;

namespace Scp.Protocol.Wire;

/// <summary>
/// Packet numbers received.
/// <code>
/// type u8            0x02, or 0x03 when recovered packets follow
/// largest varint     the newest packet number received
/// delay varint       microseconds between receiving it and sending this
/// ranges varint      how many ranges follow the first, at most ScpLimits.MaxAckRanges - 1
/// first varint       packets below the largest that also arrived, without a gap
/// { gap varint, length varint } for each further range: gap = missing packets - 1, length = packets - 1
/// recovered varint   0x03 only: how many numbers follow, 1 to MaxRecovered
/// { distance varint } 0x03 only: the first = largest - number, each further = previous number - number, at least 1
/// </code>
/// A recovered packet was lost on its way but rebuilt from parity: its frames were handled, its bytes did not arrive.
/// </summary>
internal ref struct AckFrame
{
    public const int MaxRecovered = 16;

    public ulong Largest;
    public long DelayUs;
    private ulong _first;
    private ulong _moreRanges;
    private WireReader _ranges;
    private ulong _recoveredCount;
    private WireReader _recovered;

    /// <summary>Writes as many ranges as fit; returns false, having written nothing, when not even one does.</summary>
    public static bool TryWrite(ref WireWriter writer, scoped ReadOnlySpan<PacketRange> ranges, long delayUs, scoped ReadOnlySpan<ulong> recoveredNewestFirst)
    {
        const int WorstHead = 1 + (4 * VarInt.MaxSize) + 1;
        int recoveredBytes = 1 + (recoveredNewestFirst.Length * VarInt.MaxSize);
        if (ranges.IsEmpty || writer.Remaining < WorstHead + recoveredBytes)
        {
            return false;
        }

        int room = writer.Remaining - WorstHead - recoveredBytes;
        int count = Math.Min(Math.Min(ranges.Length, ScpLimits.MaxAckRanges), 1 + (room / (2 * VarInt.MaxSize)));
        writer.WriteByte((byte)(recoveredNewestFirst.IsEmpty ? FrameType.Ack : FrameType.AckRecovered));
        writer.WriteVarInt(ranges[0].High);
        writer.WriteVarInt((ulong)delayUs);
        writer.WriteVarInt((ulong)(count - 1));
        writer.WriteVarInt(ranges[0].High - ranges[0].Low);
        for (int i = 1; i < count; i++)
        {
            writer.WriteVarInt(ranges[i - 1].Low - ranges[i].High - 2);
            writer.WriteVarInt(ranges[i].High - ranges[i].Low);
        }

        if (!recoveredNewestFirst.IsEmpty)
        {
            writer.WriteVarInt((ulong)recoveredNewestFirst.Length);
            ulong previous = ranges[0].High;
            foreach (ulong packetNumber in recoveredNewestFirst)
            {
                writer.WriteVarInt(previous - packetNumber);
                previous = packetNumber;
            }
        }

        return true;
    }

    /// <summary>Reads what follows the type byte and checks all of it, so that the enumerations below cannot fail.</summary>
    public static bool TryRead(FrameType type, ref WireReader reader, out AckFrame frame)
    {
        frame = default;
        frame.Largest = reader.ReadVarInt();
        ulong delayUs = reader.ReadVarInt();
        frame.DelayUs = (long)Math.Min(delayUs, long.MaxValue / 1000);
        frame._moreRanges = reader.ReadVarInt();
        frame._first = reader.ReadVarInt();
        if (reader.Failed || frame._moreRanges >= ScpLimits.MaxAckRanges || frame._first > frame.Largest)
        {
            return false;
        }

        frame._ranges = reader;
        ulong low = frame.Largest - frame._first;
        for (ulong i = 0; i < frame._moreRanges; i++)
        {
            ulong gap = reader.ReadVarInt();
            ulong length = reader.ReadVarInt();
            if (reader.Failed || gap + 2 > low || length > low - gap - 2)
            {
                return false;
            }

            low = low - gap - 2 - length;
        }

        if (type == FrameType.Ack)
        {
            return true;
        }

        frame._recoveredCount = reader.ReadVarInt();
        frame._recovered = reader;
        return frame._recoveredCount is > 0 and <= MaxRecovered && AreRecoveredValid(ref reader, frame.Largest, frame._recoveredCount);
    }

    private static bool AreRecoveredValid(ref WireReader reader, ulong largest, ulong count)
    {
        ulong packetNumber = largest;
        for (ulong i = 0; i < count; i++)
        {
            ulong distance = reader.ReadVarInt();
            if (reader.Failed || distance > packetNumber || (i > 0 && distance == 0))
            {
                return false;
            }

            packetNumber -= distance;
        }

        return true;
    }

    /// <summary>Fills <paramref name="ranges"/> newest first and returns how many there are.</summary>
    public readonly int CopyRanges(Span<PacketRange> ranges)
    {
        WireReader reader = _ranges;
        ulong low = Largest - _first;
        ranges[0] = new PacketRange(low, Largest);
        for (int i = 1; i <= (int)_moreRanges; i++)
        {
            ulong high = low - reader.ReadVarInt() - 2;
            low = high - reader.ReadVarInt();
            ranges[i] = new PacketRange(low, high);
        }

        return 1 + (int)_moreRanges;
    }

    /// <summary>Fills <paramref name="recovered"/> newest first and returns how many there are.</summary>
    public readonly int CopyRecovered(Span<ulong> recovered)
    {
        WireReader reader = _recovered;
        ulong packetNumber = Largest;
        for (int i = 0; i < (int)_recoveredCount; i++)
        {
            packetNumber -= reader.ReadVarInt();
            recovered[i] = packetNumber;
        }

        return (int)_recoveredCount;
    }
}
