namespace Scp.Protocol.Redundancy;

/// <summary>What came of a parity frame.</summary>
internal enum RecoverStatus : byte
{
    /// <summary>Nothing to rebuild: all is there, or what is missing can no longer be rebuilt.</summary>
    None,

    /// <summary>More than one packet is missing; the frame is kept in case all but one of them arrive.</summary>
    Pending,

    /// <summary>One lost payload was rebuilt.</summary>
    Recovered,

    /// <summary>The XOR contradicts the payloads it claims to cover: the peer broke the protocol.</summary>
    Malformed,
}
