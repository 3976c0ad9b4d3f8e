namespace Scp.Protocol.Redundancy;

/// <summary>What a receiver can say of one packet number.</summary>
internal enum PayloadState : byte
{
    /// <summary>Never seen, and new enough that it would still be recognised.</summary>
    Missing,

    /// <summary>Seen, and its payload is at hand.</summary>
    Kept,

    /// <summary>Seen, or too old to tell; its payload is not at hand.</summary>
    Gone,
}
