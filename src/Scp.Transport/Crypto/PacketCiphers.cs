using Scp.Protocol.Crypto;

namespace Scp.Transport.Crypto;

/// <summary>Which implementation of the one cipher of SCP this machine is best served by.</summary>
internal static class PacketCiphers
{
    /// <summary>libcrypto directly where that works, else the platform's AES-GCM. Peers do not notice the difference.</summary>
    public static PacketProtectionFactory Best { get; } =
        EvpAesGcm.IsSupported ? PacketProtectionFactory.Sealed<EvpAesGcm>() : PacketProtectionFactory.AesGcm;
}
