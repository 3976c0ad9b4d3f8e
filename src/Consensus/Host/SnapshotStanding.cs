namespace Consensus.Host;

/// <summary>How a sending stands with its receiver. The numbers are on the wire.</summary>
internal enum SnapshotStanding : byte
{
    /// <summary>More is wanted.</summary>
    Receiving = 1,

    /// <summary>The receiver holds what the snapshot holds, durably.</summary>
    Installed = 2,

    /// <summary>It will not be installed.</summary>
    Refused = 3,
}
