namespace Consensus.Host;

/// <summary>What a batch carries. The numbers are on the wire.</summary>
internal enum BatchKind : byte
{
    /// <summary>Messages of replicas, or none.</summary>
    Messages = 1,

    /// <summary>One part of a snapshot.</summary>
    SnapshotPart = 2,

    /// <summary>How far one has come.</summary>
    SnapshotProgress = 3,
}
