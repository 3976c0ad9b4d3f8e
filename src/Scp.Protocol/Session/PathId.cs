namespace Scp.Protocol.Session;

/// <summary>A remote address as the shell numbers it. Zero is no address.</summary>
public readonly record struct PathId(long Value)
{
    public bool IsNone => Value == 0;
}
