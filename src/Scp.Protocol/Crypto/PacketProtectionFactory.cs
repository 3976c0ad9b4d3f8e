using Scp.Protocol.Wire;

namespace Scp.Protocol.Crypto;

/// <summary>
/// Makes the packet protection of sessions for one choice of cipher, so that nothing above has a type parameter. A
/// transport with a cipher of its own passes it to <see cref="Sealed{TAead}"/>.
/// </summary>
public abstract class PacketProtectionFactory
{
    private PacketProtectionFactory()
    {
    }

    /// <summary>AES-256-GCM from the platform.</summary>
    public static PacketProtectionFactory AesGcm { get; } = new Of<AesGcmAead>(DatagramKind.Sealed);

    /// <summary>A checksum instead of protection, for loopback only.</summary>
    public static PacketProtectionFactory Plain { get; } = new Of<PlainIntegrity>(DatagramKind.Plain);

    /// <summary>True if packets are protected against more than accidents.</summary>
    public abstract bool IsSealed { get; }

    /// <summary>Bytes that every datagram is longer than its payload.</summary>
    public abstract int OverheadBytes { get; }

    /// <summary>AES-256-GCM as implemented by <typeparamref name="TAead"/>: peers do not notice the difference.</summary>
    public static PacketProtectionFactory Sealed<TAead>()
        where TAead : struct, IDatagramAead<TAead> => new Of<TAead>(DatagramKind.Sealed);

    internal abstract PacketProtection Create();

    /// <summary>The same with keys that change more often, so that a simulation meets what takes hours otherwise.</summary>
    internal abstract PacketProtectionFactory WithPacketsPerKey(long packetsPerKey);

    private sealed class Of<TAead>(DatagramKind kind, long packetsPerKey = ScpLimits.MaxPacketsPerKey) : PacketProtectionFactory
        where TAead : struct, IDatagramAead<TAead>
    {
        public override bool IsSealed => kind == DatagramKind.Sealed;

        public override int OverheadBytes => DatagramHeader.Size + TAead.TagBytes;

        internal override PacketProtection Create() => new AeadPacketProtection<TAead>(kind, packetsPerKey);

        internal override PacketProtectionFactory WithPacketsPerKey(long packetsPerKey) => new Of<TAead>(kind, packetsPerKey);
    }
}
