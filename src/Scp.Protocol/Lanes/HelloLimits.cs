using Scp.Protocol.Wire;

namespace Scp.Protocol.Lanes;

/// <summary>
/// What the sender of a hello grants and promises to the receiver at first: message slots, bytes and streams that may be
/// sent to it, the silence after which it gives the session up, and the longest silence it will itself keep.
/// </summary>
public readonly record struct HelloLimits(
    uint Slots,
    ulong SessionWindowBytes,
    ulong StreamWindowBytes,
    uint Streams,
    uint IdleTimeoutMs,
    uint BeatMs)
{
    public const int Size = 32;

    /// <summary>Below one chunk a window would stop every sender between chunks.</summary>
    public const ulong MinWindowBytes = ScpLimits.MaxChunkBytes;

    /// <summary>Above 100 Gbit/s × 300 ms no path has use for more.</summary>
    public const ulong MaxWindowBytes = 1UL << 32;

    /// <summary>A hello counts its resume positions in 16 bits.</summary>
    public const uint MaxStreams = ushort.MaxValue;

    /// <summary>Faster beats would be a load and no measurement.</summary>
    public const uint MinBeatMs = 5;

    /// <summary>One hour: a session that may be silent for longer is better opened anew.</summary>
    public const uint MaxIdleTimeoutMs = 3_600_000;

    /// <summary>
    /// True if a session can live on these. At least two beats fit the idle timeout, so that one lost beat ends nothing.
    /// </summary>
    public bool AreSane =>
        Slots is >= 1 and <= ScpLimits.MaxSlots
        && SessionWindowBytes is >= MinWindowBytes and <= MaxWindowBytes
        && StreamWindowBytes is >= MinWindowBytes and <= MaxWindowBytes
        && Streams <= MaxStreams
        && IdleTimeoutMs <= MaxIdleTimeoutMs
        && BeatMs >= MinBeatMs
        && BeatMs <= IdleTimeoutMs / 2;

    internal static HelloLimits Read(ref WireReader reader) => new(
        reader.ReadUInt32(),
        reader.ReadUInt64(),
        reader.ReadUInt64(),
        reader.ReadUInt32(),
        reader.ReadUInt32(),
        reader.ReadUInt32());

    internal void Write(ref WireWriter writer)
    {
        writer.WriteUInt32(Slots);
        writer.WriteUInt64(SessionWindowBytes);
        writer.WriteUInt64(StreamWindowBytes);
        writer.WriteUInt32(Streams);
        writer.WriteUInt32(IdleTimeoutMs);
        writer.WriteUInt32(BeatMs);
    }
}
