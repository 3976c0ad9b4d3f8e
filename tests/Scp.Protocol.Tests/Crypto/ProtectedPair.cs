using Scp.Protocol.Crypto;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Crypto;

/// <summary>Two ends of a session with packet protection, without anything else of a session.</summary>
internal sealed class ProtectedPair<TAead> : IDisposable
    where TAead : struct, IDatagramAead<TAead>
{
    public const ulong Destination = 0xD0D1D2D3D4D5D6D7;

    public ProtectedPair(DatagramKind kind = DatagramKind.Sealed, long packetsPerKey = ScpLimits.MaxPacketsPerKey, uint epoch = 1)
    {
        Initiator = new End(kind, packetsPerKey);
        Acceptor = new End(kind, packetsPerKey);
        Install(epoch);
    }

    public End Initiator { get; }

    public End Acceptor { get; }

    public static EpochSecrets Secrets(uint epoch, bool isInitiator)
    {
        byte[] random = [.. Enumerable.Repeat((byte)(epoch + 1), KeySchedule.RandomBytes)];
        return KeySchedule.Derive(new SessionId(11, 22), epoch, random, random, isInitiator);
    }

    public void Install(uint epoch)
    {
        Initiator.Protection.InstallEpoch(epoch, Secrets(epoch, isInitiator: true));
        Acceptor.Protection.InstallEpoch(epoch, Secrets(epoch, isInitiator: false));
    }

    public void Dispose()
    {
        Initiator.Protection.Dispose();
        Acceptor.Protection.Dispose();
    }

    internal sealed class End(DatagramKind kind, long packetsPerKey)
    {
        public AeadPacketProtection<TAead> Protection { get; } = new(kind, packetsPerKey);

        public ReplayWindow Replays { get; } = new();

        public ulong NextNumber { get; set; }

        public byte[] Seal(params byte[] payload)
        {
            byte[] packet = new byte[payload.Length + Protection.OverheadBytes];
            payload.CopyTo(packet, DatagramHeader.Size);
            int length = Protection.Seal(packet, payload.Length, Destination, NextNumber++);
            Assert.That(length, Is.EqualTo(packet.Length));
            return packet;
        }

        /// <summary>Opens a copy, so that a test can deliver the same packet again.</summary>
        public OpenStatus Open(byte[] packet, long nowNs = 0) => Open(packet, nowNs, out _, out _);

        public OpenStatus Open(byte[] packet, long nowNs, out ulong number, out byte[] payload)
        {
            byte[] copy = [.. packet];
            OpenStatus status = Protection.TryOpen(copy, Replays, nowNs, out number, out Range range);
            payload = status == OpenStatus.Opened ? copy[range] : [];
            return status;
        }
    }
}
