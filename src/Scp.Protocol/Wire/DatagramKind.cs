namespace Scp.Protocol.Wire;

/// <summary>How a datagram is protected: the low four bits of its first byte.</summary>
public enum DatagramKind : byte
{
    /// <summary>Encrypted and authenticated.</summary>
    Sealed = 1,

    /// <summary>In the clear with a checksum against accidents; for loopback only.</summary>
    Plain = 2,
}
