namespace Consensus.Host;

/// <summary>The bounds of a host by name.</summary>
internal static class HostLimits
{
    /// <summary>The most that one message batch carries; a single message may be larger. What fits goes as one datagram or chunk.</summary>
    public const int MaxBatchBytes = 256 * 1024;

    /// <summary>Mail handled before what it led to is written and sent: later mail waits for the next step.</summary>
    public const int MailAStep = 4096;

    /// <summary>A part of a snapshot. One goes to a chunk or two of a bulk lane, so that little waits behind it.</summary>
    public const int SnapshotPartBytes = 128 * 1024;

    /// <summary>Bytes of a snapshot sent and not acknowledged: the rate to a member times the round trip.</summary>
    public const int SnapshotWindowBytes = 8 * 1024 * 1024;

    /// <summary>Workers of one host.</summary>
    public const int MaxWorkers = 64;
}
