namespace Scp.Protocol;

/// <summary>The versions of the protocol that this implementation speaks, and the choice between them and a peer's.</summary>
public static class ProtocolVersion
{
    public const byte Min = 1;
    public const byte Max = 1;

    /// <summary>The newest version that both sides speak; false when there is none.</summary>
    public static bool TryAgree(byte peerMin, byte peerMax, out byte version)
    {
        version = Math.Min(peerMax, Max);
        return version >= Math.Max(peerMin, Min);
    }
}
