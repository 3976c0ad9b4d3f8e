namespace Scp.Protocol.Session;

/// <summary>
/// A remote address in the shell's own encoding: the core only compares them. Three words hold an IPv6 address with its
/// port and scope, so that the shell keeps no table which strangers' addresses could fill. All zero is no address.
/// </summary>
public readonly record struct PathId(ulong Port, ulong High = 0, ulong Low = 0)
{
    public bool IsNone => this == default;
}
