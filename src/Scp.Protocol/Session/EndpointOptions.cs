using Scp.Protocol.Crypto;
using Scp.Protocol.Lanes;
using Scp.Protocol.Streams;

namespace Scp.Protocol.Session;

/// <summary>How the sessions of an endpoint behave. Immutable; <see cref="Validate"/> says in one sentence what is wrong.</summary>
public sealed record EndpointOptions
{
    /// <summary>Bulk lanes that this side, when it is the initiator, keeps open.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>Longest silence of this side: with nothing to say it sends a ping. Of the two sides' beats the longer is kept.</summary>
    public long BeatNs { get; init; } = 15_000_000_000;

    public long IdleTimeoutNs { get; init; } = ScpLimits.DefaultIdleTimeoutNs;

    /// <summary>Message slots granted to the peer.</summary>
    public int Slots { get; init; } = ScpLimits.DefaultSlots;

    public int StreamWindowBytes { get; init; } = ScpLimits.StreamWindowBytes;

    public int SessionWindowBytes { get; init; } = ScpLimits.SessionWindowBytes;

    /// <summary>Off for measurements of what redundancy gives; on everywhere else.</summary>
    public bool UseRedundancy { get; init; } = true;

    /// <summary>The largest UDP payload that is tried when the path's MTU is searched.</summary>
    public int MaxDatagramBytes { get; init; } = ScpLimits.MaxDatagramBytes;

    public PacketProtectionFactory Protection { get; init; } = PacketProtectionFactory.AesGcm;

    /// <summary>
    /// What compresses the chunks of streams and of large messages, where that saves something and the peer offers it too.
    /// Null leaves every session of the endpoint without compression.
    /// </summary>
    public IBlockCodec? ChunkCodec { get; init; }

    /// <summary>Null when the options can be used, else what to change.</summary>
    public string? Validate()
    {
        if (Lanes is < 1 or > ScpLimits.MaxLanes)
        {
            return $"Lanes is {Lanes}; it must be 1 to {ScpLimits.MaxLanes}.";
        }

        if (Slots is < 1 or > ScpLimits.MaxSlots)
        {
            return $"Slots is {Slots}; it must be 1 to {ScpLimits.MaxSlots}.";
        }

        // As a peer would judge the hello that says so.
        const long NsPerMs = 1_000_000;
        if (BeatNs < HelloLimits.MinBeatMs * NsPerMs || IdleTimeoutNs > HelloLimits.MaxIdleTimeoutMs * NsPerMs || BeatNs > IdleTimeoutNs / 2)
        {
            return $"IdleTimeoutNs is {IdleTimeoutNs} and BeatNs {BeatNs}; the beat must be at least {HelloLimits.MinBeatMs} ms, the timeout at least twice the beat and at most {HelloLimits.MaxIdleTimeoutMs} ms.";
        }

        if (StreamWindowBytes is < ScpLimits.MaxChunkBytes or > ScpLimits.MaxStreamWindowBytes)
        {
            return $"StreamWindowBytes is {StreamWindowBytes}; it must be {ScpLimits.MaxChunkBytes} to {ScpLimits.MaxStreamWindowBytes}.";
        }

        if (SessionWindowBytes < StreamWindowBytes)
        {
            return $"SessionWindowBytes is {SessionWindowBytes}; it must be at least StreamWindowBytes, {StreamWindowBytes}.";
        }

        return MaxDatagramBytes is < ScpLimits.BaseDatagramBytes or > ScpLimits.MaxDatagramBytes
            ? $"MaxDatagramBytes is {MaxDatagramBytes}; it must be {ScpLimits.BaseDatagramBytes} to {ScpLimits.MaxDatagramBytes}."
            : null;
    }
}
