using FsCheck;
using Scp.Protocol.Crypto;
using Scp.Protocol.Tests.Vectors;
using Scp.Protocol.Wire;
using Tests.Shared;

namespace Scp.Protocol.Tests.Crypto;

[TestFixture(typeof(AesGcmAead), DatagramKind.Sealed)]
[TestFixture(typeof(PlainIntegrity), DatagramKind.Plain)]
public sealed class PacketProtectionTests<TAead>(DatagramKind kind)
    where TAead : struct, IDatagramAead<TAead>
{
    [Test]
    public void TheVectorsAreMet()
    {
        string name = kind == DatagramKind.Sealed ? "sealed" : "plain";
        foreach (Vector vector in VectorFile.Read<Vector>("datagrams.json").Where(v => v.Kind == name))
        {
            using var sender = new AeadPacketProtection<TAead>(kind, packetsPerKey: 1);
            using var receiver = new AeadPacketProtection<TAead>(kind, packetsPerKey: 1);
            sender.InstallEpoch(vector.Epoch, vector.Secrets(isInitiator: true));
            receiver.InstallEpoch(vector.Epoch, vector.Secrets(isInitiator: false));
            var replays = new ReplayWindow();
            for (ulong phase = 0; phase < vector.Phase; phase++)
            {
                byte[] step = new byte[sender.OverheadBytes];
                _ = sender.Seal(step, 0, 0, phase);
                sender.OnAcknowledged(phase);
                Assert.That(receiver.TryOpen(step, replays, 0, out _, out _), Is.EqualTo(OpenStatus.Opened));
            }

            byte[] payload = Convert.FromHexString(vector.Payload);
            byte[] packet = new byte[payload.Length + sender.OverheadBytes];
            payload.CopyTo(packet, DatagramHeader.Size);
            int length = sender.Seal(packet, payload.Length, Convert.ToUInt64(vector.Destination, 16), vector.PacketNumber);
            Assert.That(Convert.ToHexStringLower(packet.AsSpan(0, length)), Is.EqualTo(vector.Datagram));

            if (vector.PacketNumber > uint.MaxValue)
            {
                replays.Accept(vector.PacketNumber - 1);
            }

            Assert.That(receiver.TryOpen(packet, replays, 0, out ulong number, out Range range), Is.EqualTo(OpenStatus.Opened));
            Assert.That(number, Is.EqualTo(vector.PacketNumber));
            Assert.That(packet[range], Is.EqualTo(payload));
        }
    }

    [Property]
    public bool WhatWasSealedOpensOnTheOtherSide(byte[] payload, bool initiatorSends, DoNotSize<uint> number)
    {
        using var pair = new ProtectedPair<TAead>(kind);
        var (sender, receiver) = initiatorSends ? (pair.Initiator, pair.Acceptor) : (pair.Acceptor, pair.Initiator);
        sender.NextNumber = number.Item >> 1;
        byte[] packet = sender.Seal(payload);
        return DatagramHeader.TryParse(packet, out DatagramHeader header)
            && header == new DatagramHeader(kind, 0, 1, ProtectedPair<TAead>.Destination, number.Item >> 1)
            && receiver.Open(packet, 0, out ulong received, out byte[] opened) == OpenStatus.Opened
            && received == number.Item >> 1
            && opened.AsSpan().SequenceEqual(payload)
            && receiver.Open(packet) == OpenStatus.Replayed
            && sender.Open(packet) == OpenStatus.Forged;
    }

    [Property(MaxTest = 1000)]
    public bool ADamagedPacketNeverOpensAndMarksNothing(byte[] payload, DoNotSize<uint> position)
    {
        using var pair = new ProtectedPair<TAead>(kind);
        byte[] packet = pair.Initiator.Seal(payload);
        byte[] damaged = [.. packet];
        damaged[position.Item / 8 % damaged.Length] ^= (byte)(1 << (int)(position.Item % 8));
        OpenStatus status = pair.Acceptor.Open(damaged);
        return status is OpenStatus.Forged or OpenStatus.Malformed or OpenStatus.UnknownKeys
            && pair.Acceptor.Protection.Forgeries == (status == OpenStatus.Forged ? 1 : 0)
            && pair.Acceptor.Protection.ReceivePhase == 0
            && pair.Acceptor.Open(packet) == OpenStatus.Opened;
    }

    [Property(MaxTest = 1000)]
    public bool AnyBytesAreDroppedQuietly(byte[] bytes, bool likely, DoNotSize<uint> number)
    {
        using var pair = new ProtectedPair<TAead>(kind);
        if (likely && bytes.Length >= DatagramHeader.Size)
        {
            new DatagramHeader(kind, (byte)(bytes[0] % 3), 1, 5, number.Item).Format(bytes);
        }

        OpenStatus status = pair.Acceptor.Open(bytes);
        bool tooShort = bytes.Length < pair.Acceptor.Protection.OverheadBytes;
        return status != OpenStatus.Opened && (!tooShort || status == OpenStatus.Malformed);
    }

    [Test]
    public void ATruncatedPacketNeverOpens()
    {
        using var pair = new ProtectedPair<TAead>(kind);
        byte[] packet = pair.Initiator.Seal(1, 2, 3);
        for (int length = 0; length < packet.Length; length++)
        {
            Assert.That(pair.Acceptor.Open(packet[..length]), Is.AnyOf(OpenStatus.Malformed, OpenStatus.Forged), $"{length} bytes");
        }

        Assert.That(pair.Acceptor.Open([.. packet, 0]), Is.EqualTo(OpenStatus.Forged));
    }

    [Test]
    public void APacketOfAnotherKindIsMalformed()
    {
        using var pair = new ProtectedPair<TAead>(kind);
        using var plain = new ProtectedPair<PlainIntegrity>(DatagramKind.Plain);
        using var gcm = new ProtectedPair<AesGcmAead>(DatagramKind.Sealed);
        byte[] foreign = kind == DatagramKind.Sealed ? plain.Initiator.Seal(new byte[50]) : gcm.Initiator.Seal(new byte[50]);
        Assert.That(pair.Acceptor.Open(foreign), Is.EqualTo(OpenStatus.Malformed));
    }

    [Test]
    public void NoNumberIsSealedTwice()
    {
        using var pair = new ProtectedPair<TAead>(kind);
        pair.Initiator.NextNumber = 8;
        _ = pair.Initiator.Seal();
        pair.Initiator.NextNumber = 8;
        Assert.That(() => pair.Initiator.Seal(), Throws.InvalidOperationException);
        pair.Install(2);
        pair.Initiator.NextNumber = 8;
        Assert.That(() => pair.Initiator.Seal(), Throws.InvalidOperationException);
        pair.Initiator.NextNumber = 9;
        Assert.That(() => pair.Initiator.Seal(), Throws.Nothing);
    }

    [Test]
    public void WithoutAnEpochNothingIsSealedOrOpened()
    {
        using var pair = new ProtectedPair<TAead>(kind);
        using var none = new AeadPacketProtection<TAead>(kind);
        Assert.That(none.IsReady, Is.False);
        Assert.That(() => none.Seal(new byte[100], 10, 0, 0), Throws.InvalidOperationException);
        Assert.That(none.TryOpen(pair.Initiator.Seal(), new ReplayWindow(), 0, out _, out _), Is.EqualTo(OpenStatus.UnknownKeys));
    }

    [Test]
    public void ThePreviousEpochOpensUntilItIsDropped()
    {
        using var pair = new ProtectedPair<TAead>(kind, epoch: 0xFFFE);
        byte[] first = pair.Initiator.Seal(1);
        byte[] late = pair.Initiator.Seal(2);
        byte[] later = pair.Initiator.Seal(3);
        pair.Install(0x1_0000);
        byte[] early = pair.Initiator.Seal(4);
        Assert.That(pair.Acceptor.Open(early), Is.EqualTo(OpenStatus.Opened));
        Assert.That(pair.Acceptor.Open(first), Is.EqualTo(OpenStatus.Opened));
        pair.Acceptor.Protection.DropPrevious(long.MaxValue);
        Assert.That(pair.Acceptor.Open(late), Is.EqualTo(OpenStatus.Opened), "time alone does not end an epoch");
        pair.Acceptor.Protection.DropPreviousEpoch();
        Assert.That(pair.Acceptor.Open(later), Is.EqualTo(OpenStatus.UnknownKeys));
    }

    [Test]
    public void AnEpochMustBeLaterThanTheLast([Values(0u, 6u, 7u)] uint epoch)
    {
        using var pair = new ProtectedPair<TAead>(kind, epoch: 7);
        using EpochSecrets secrets = ProtectedPair<TAead>.Secrets(epoch, isInitiator: true);
        Assert.That(() => pair.Initiator.Protection.InstallEpoch(epoch, secrets), Throws.InvalidOperationException);
        Assert.That(pair.Acceptor.Open(pair.Initiator.Seal(1)), Is.EqualTo(OpenStatus.Opened));
    }

    [Test]
    public void ForgeriesAreCountedByEpoch()
    {
        using var pair = new ProtectedPair<TAead>(kind);
        byte[] packet = pair.Initiator.Seal(1, 2, 3);
        packet[^1] ^= 1;
        for (int i = 1; i <= 5; i++)
        {
            Assert.That(pair.Acceptor.Open(packet), Is.EqualTo(OpenStatus.Forged));
            Assert.That(pair.Acceptor.Protection.Forgeries, Is.EqualTo(i));
        }

        Assert.That(pair.Acceptor.Protection.ForgeriesExceeded, Is.False);
        pair.Install(2);
        Assert.That(pair.Acceptor.Protection.Forgeries, Is.Zero);
    }

    [Test]
    public void SealingAndOpeningAllocateNothing()
    {
        using var pair = new ProtectedPair<TAead>(kind);
        byte[] packet = new byte[1100];
        void Exchange(ulong number)
        {
            int length = pair.Initiator.Protection.Seal(packet, 1024, 7, number);
            OpenStatus status = pair.Acceptor.Protection.TryOpen(packet.AsSpan(0, length), pair.Acceptor.Replays, 0, out _, out _);
            pair.Initiator.Protection.OnAcknowledged(number);
            if (status != OpenStatus.Opened)
            {
                throw new InvalidOperationException($"Packet {number}: {status}.");
            }
        }

        ulong next = 0;
        while (next < 100)
        {
            Exchange(next++);
        }

        long allocated = Allocations.Of(() =>
        {
            for (int i = 0; i < 2000; i++)
            {
                Exchange(next++);
            }
        });
        Assert.That(allocated, Is.Zero);
    }

    private sealed record Vector(
        string Session,
        uint Epoch,
        string InitiatorRandom,
        string AcceptorRandom,
        string Kind,
        ulong Phase,
        string Destination,
        ulong PacketNumber,
        string Payload,
        string Datagram)
    {
        public EpochSecrets Secrets(bool isInitiator) => KeySchedule.Derive(
            VectorFile.Session(Session),
            Epoch,
            Convert.FromHexString(InitiatorRandom),
            Convert.FromHexString(AcceptorRandom),
            isInitiator);
    }
}
