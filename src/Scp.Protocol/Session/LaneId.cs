namespace Scp.Protocol.Session;

/// <summary>A bulk lane as its endpoint numbers it; numbers are not used again.</summary>
public readonly record struct LaneId(int Value);
