namespace Scp.Protocol.Recovery;

/// <summary>Where a search for the path's packet size stands.</summary>
internal enum PathMtuState : byte
{
    /// <summary>Packets keep to the size that every path carries; a search begins when its time has come.</summary>
    Base,

    /// <summary>Larger sizes are being tried.</summary>
    Searching,

    /// <summary>The next larger size did not get through, or there is none.</summary>
    Complete,
}
