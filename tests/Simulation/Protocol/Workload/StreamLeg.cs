using System.Buffers.Binary;

namespace Simulation.Protocol.Workload;

/// <summary>
/// One direction of a stream: what its writer and its reader intend, and how far they are. Its bytes follow from the number of
/// the stream and the position; the first eight of the opener's direction are the number itself, by which the other side knows
/// what it reads.
/// </summary>
internal sealed class StreamLeg(uint number, int leg)
{
    public const int HeaderBytes = 8;
    public const long Never = long.MaxValue;

    private const int FirstLeg = 4;

    public required long TotalBytes { get; init; }

    /// <summary>The writer gives up once it has written so many.</summary>
    public long ResetAtBytes { get; init; } = Never;

    /// <summary>The reader gives up once it has read so many.</summary>
    public long StopAtBytes { get; init; } = Never;

    public int WriteStepBytes { get; init; } = StreamTraffic.MaxStepBytes;

    public long WritePauseNs { get; init; }

    public int ReadStepBytes { get; init; } = StreamTraffic.MaxStepBytes;

    public long ReadPauseNs { get; init; }

    public long Written { get; set; }

    public long Read { get; set; }

    public StreamEnd Writer { get; set; }

    public StreamEnd Reader { get; set; }

    public bool HasHeader => leg == 0;

    /// <summary>Fills in the bytes that belong at a position.</summary>
    public void Fill(long position, Span<byte> destination)
    {
        Pattern.At(number, FirstLeg + leg, position, destination.Length).CopyTo(destination);
        if (HasHeader && position < HeaderBytes)
        {
            Span<byte> header = stackalloc byte[HeaderBytes];
            BinaryPrimitives.WriteUInt64LittleEndian(header, number);
            header = header[(int)position..];
            header[..Math.Min(header.Length, destination.Length)].CopyTo(destination);
        }
    }

    /// <summary>The first byte that is not what belongs there; −1 when all are right.</summary>
    public int FirstWrong(long position, ReadOnlySpan<byte> actual)
    {
        if (HasHeader && position < HeaderBytes)
        {
            Span<byte> expected = stackalloc byte[HeaderBytes];
            int count = (int)Math.Min(HeaderBytes - position, actual.Length);
            Fill(position, expected[..count]);
            int common = actual[..count].CommonPrefixLength(expected[..count]);
            return common < count ? common : Shift(FirstWrong(position + count, actual[count..]), count);
        }

        ReadOnlySpan<byte> pattern = Pattern.At(number, FirstLeg + leg, position, actual.Length);
        return actual.SequenceEqual(pattern) ? -1 : actual.CommonPrefixLength(pattern);
    }

    private static int Shift(int index, int by) => index < 0 ? index : index + by;
}
