namespace Scp.Protocol.Session;

/// <summary>A datagram to send: where, and how many bytes of the buffer.</summary>
public readonly record struct Transmit(PathId Path, int Length);
