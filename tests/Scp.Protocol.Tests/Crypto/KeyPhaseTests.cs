using FsCheck;
using Scp.Protocol.Crypto;

namespace Scp.Protocol.Tests.Crypto;

/// <summary>Changes of key within an epoch, over a cipher that counts what is asked of it.</summary>
[NonParallelizable]
public sealed class KeyPhaseTests
{
    private const long PacketsPerKey = 4;
    private const long LifetimeNs = PacketProtection.PreviousPhaseLifetimeNs;

    private ProtectedPair<CountingAead> _pair = null!;

    private ProtectedPair<CountingAead>.End Sender => _pair.Initiator;

    private ProtectedPair<CountingAead>.End Receiver => _pair.Acceptor;

    [SetUp]
    public void SetUp() => _pair = new ProtectedPair<CountingAead>(packetsPerKey: PacketsPerKey);

    [TearDown]
    public void TearDown() => _pair.Dispose();

    [Test]
    public void AnAcknowledgedKeyIsChangedWhenItHasSealedEnough()
    {
        Deliver(PacketsPerKey);
        Assert.That(Sender.Protection.SendPhase, Is.Zero);
        Sender.Protection.OnAcknowledged(0);
        Deliver(1);
        Assert.That(Sender.Protection.SendPhase, Is.EqualTo(1));
        Assert.That(Receiver.Protection.ReceivePhase, Is.EqualTo(1));
    }

    [Test]
    public void WithoutAnAcknowledgementTheKeyStaysUntilItIsExhausted()
    {
        Deliver(PacketsPerKey - 1);
        Assert.That(Sender.Protection.NeedsAcknowledgement, Is.False);
        Deliver(1);
        Assert.That(Sender.Protection.NeedsAcknowledgement, Is.True);
        Deliver(PacketsPerKey - 1);
        Assert.That(Sender.Protection.KeysExhausted, Is.False);
        Deliver(1);
        Assert.That(Sender.Protection.SendPhase, Is.Zero);
        Assert.That(Sender.Protection.KeysExhausted, Is.True);
        Assert.That(() => Sender.Seal(), Throws.InvalidOperationException);
        Sender.Protection.OnAcknowledged((2 * PacketsPerKey) - 1);
        Assert.That(Sender.Protection.KeysExhausted, Is.False);
        Deliver(1);
        Assert.That(Sender.Protection.SendPhase, Is.EqualTo(1));
    }

    [Test]
    public void ExhaustedKeysAreReplacedByAnEpoch()
    {
        Deliver(2 * PacketsPerKey);
        Assert.That(Sender.Protection.KeysExhausted, Is.True);
        _pair.Install(2);
        Assert.That(Sender.Protection.KeysExhausted, Is.False);
        Deliver(1);
    }

    [Test]
    public void AnAcknowledgementOfAnEarlierPhaseDoesNotCount()
    {
        Deliver(PacketsPerKey);
        Sender.Protection.OnAcknowledged(PacketsPerKey - 1);
        Deliver(PacketsPerKey);
        Assert.That(Sender.Protection.SendPhase, Is.EqualTo(1));
        Sender.Protection.OnAcknowledged(PacketsPerKey - 1);
        Sender.Protection.OnAcknowledged(Sender.NextNumber);
        Deliver(1);
        Assert.That(Sender.Protection.SendPhase, Is.EqualTo(1), "neither an old packet nor one not sent is of this phase");
        Sender.Protection.OnAcknowledged(PacketsPerKey);
        Deliver(1);
        Assert.That(Sender.Protection.SendPhase, Is.EqualTo(2));
    }

    [Test]
    public void ThePeerFollowsOnceItMay()
    {
        Deliver(PacketsPerKey);
        Sender.Protection.OnAcknowledged(0);
        Deliver(1);
        Assert.That(Sender.Open(Receiver.Seal()), Is.EqualTo(OpenStatus.Opened));
        Assert.That(Receiver.Protection.SendPhase, Is.Zero, "none of its packets was acknowledged yet");
        Assert.That(Receiver.Protection.NeedsAcknowledgement, Is.True);
        Receiver.Protection.OnAcknowledged(0);
        Assert.That(Sender.Open(Receiver.Seal()), Is.EqualTo(OpenStatus.Opened));
        Assert.That(Receiver.Protection.SendPhase, Is.EqualTo(1));
        Assert.That(Receiver.Protection.NeedsAcknowledgement, Is.False);
        Assert.That(Sender.Protection.ReceivePhase, Is.EqualTo(1));
    }

    [Test]
    public void ThePreviousPhaseOpensForItsLifetime()
    {
        byte[] late = Sender.Seal(1);
        byte[] later = Sender.Seal(2);
        MoveToNextPhase(nowNs: 1000);
        Assert.That(Receiver.Protection.PreviousExpiresNs, Is.EqualTo(1000 + LifetimeNs));
        Receiver.Protection.DropPrevious(1000 + LifetimeNs - 1);
        Assert.That(Receiver.Open(late, 1000 + LifetimeNs - 1), Is.EqualTo(OpenStatus.Opened));
        Assert.That(Receiver.Protection.ReceivePhase, Is.EqualTo(1), "a late packet does not turn the phase back");
        Receiver.Protection.DropPrevious(1000 + LifetimeNs);
        Assert.That(Receiver.Protection.PreviousExpiresNs, Is.EqualTo(long.MaxValue));
        Assert.That(Receiver.Open(later, 1000 + LifetimeNs), Is.EqualTo(OpenStatus.UnknownKeys));
    }

    [Test]
    public void OnlyOnePreviousPhaseIsKept()
    {
        byte[] late = Sender.Seal(1);
        MoveToNextPhase(nowNs: 0);
        MoveToNextPhase(nowNs: 1);
        Assert.That(Receiver.Open(late, 1), Is.EqualTo(OpenStatus.UnknownKeys));
    }

    [Test]
    public void AForgerCannotMoveThePhaseAndCostsOneTrialEach()
    {
        byte[] packet = Sender.Seal(1, 2, 3);
        CountingAead.Reset();
        for (int i = 0; i < 100; i++)
        {
            byte[] forged = [.. packet];
            forged[1] = (byte)i;
            forged[^1] ^= 1;
            OpenStatus status = Receiver.Open(forged);
            Assert.That(status, Is.EqualTo(i is 0 or 1 ? OpenStatus.Forged : OpenStatus.UnknownKeys), $"phase {i}");
        }

        for (int i = 0; i < 100; i++)
        {
            byte[] forged = [.. packet];
            forged[1] = 1;
            Assert.That(Receiver.Open(forged), Is.EqualTo(OpenStatus.Forged));
        }

        Assert.That(CountingAead.Created, Is.EqualTo(1), "the next phase is derived once and kept");
        Assert.That(CountingAead.Trials, Is.EqualTo(102));
        Assert.That(Receiver.Protection.ReceivePhase, Is.Zero);
        Assert.That(Receiver.Open(packet), Is.EqualTo(OpenStatus.Opened));
        MoveToNextPhase(nowNs: 0);
        Assert.That(CountingAead.Created, Is.EqualTo(2), "the receiver takes the keys it has; only the sender derives");
    }

    [Test]
    public void ASecretIsWipedOnceTheNextIsDerivedFromIt()
    {
        EpochSecrets sending = ProtectedPair<CountingAead>.Secrets(2, isInitiator: true);
        EpochSecrets receiving = ProtectedPair<CountingAead>.Secrets(2, isInitiator: false);
        Sender.Protection.InstallEpoch(2, sending);
        Receiver.Protection.InstallEpoch(2, receiving);
        Assert.That(() => sending.Send.Bytes.Length, Throws.Nothing);
        Assert.That(() => receiving.Receive.Bytes.Length, Throws.Nothing);
        MoveToNextPhase(nowNs: 0);
        Assert.That(() => sending.Send.Bytes.Length, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => receiving.Receive.Bytes.Length, Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void EveryCipherIsDisposedOf()
    {
        CountingAead.Reset();
        using (var pair = new ProtectedPair<CountingAead>(packetsPerKey: 1))
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.That(pair.Acceptor.Open(pair.Initiator.Seal(), i * LifetimeNs), Is.EqualTo(OpenStatus.Opened));
                pair.Initiator.Protection.OnAcknowledged((ulong)i);
                pair.Acceptor.Protection.DropPrevious(i * LifetimeNs);
                if (i % 7 == 0)
                {
                    pair.Install((uint)i + 2);
                }
            }
        }

        Assert.That(CountingAead.Disposed, Is.EqualTo(CountingAead.Created).And.GreaterThan(30));
    }

    /// <summary>
    /// Both sides talk over a path that loses and reorders, through more phases than the header can count. A packet
    /// opens unless its phase was left two phases ago, and no sender is ever two phases ahead of its receiver.
    /// </summary>
    [Property(MaxTest = 20)]
    public void NoPacketIsSentThatTheReceiverCouldNotOpen(DoNotSize<int> seed)
    {
        var random = new System.Random(seed.Item);
        using var pair = new ProtectedPair<CountingAead>(packetsPerKey: PacketsPerKey);
        var path = new List<InFlight>();
        ulong phasesOfEarlierEpochs = 0;
        for (int step = 0; step < 10_000; step++)
        {
            bool fromInitiator = random.Next(2) == 0;
            var sender = fromInitiator ? pair.Initiator : pair.Acceptor;
            if (path.Count > 0 && (sender.Protection.KeysExhausted || random.Next(2) == 0))
            {
                int index = random.Next(Math.Min(path.Count, 4));
                InFlight packet = path[index];
                path.RemoveAt(index);
                packet.Arrive(isLost: random.Next(10) == 0, isAcknowledged: random.Next(6) != 0, step);
            }
            else if (sender.Protection.KeysExhausted)
            {
                // Every packet of the phase or its acknowledgement was lost, which is what new epochs are for.
                phasesOfEarlierEpochs += pair.Initiator.Protection.SendPhase;
                pair.Install(pair.Initiator.Protection.Epoch + 1);
            }
            else
            {
                path.Add(InFlight.From(sender, fromInitiator ? pair.Acceptor : pair.Initiator, step));
            }
        }

        Assert.That(phasesOfEarlierEpochs + pair.Initiator.Protection.SendPhase, Is.GreaterThan(300));
    }

    private void MoveToNextPhase(long nowNs)
    {
        ulong phase = Sender.Protection.SendPhase;
        while (Sender.Protection.SendPhase == phase)
        {
            Assert.That(Receiver.Open(Sender.Seal(), nowNs), Is.EqualTo(OpenStatus.Opened));
            Sender.Protection.OnAcknowledged(Sender.NextNumber - 1);
        }

        Assert.That(Receiver.Protection.ReceivePhase, Is.EqualTo(phase + 1));
    }

    private void Deliver(long packets)
    {
        for (long i = 0; i < packets; i++)
        {
            Assert.That(Receiver.Open(Sender.Seal()), Is.EqualTo(OpenStatus.Opened));
        }
    }

    private sealed record InFlight(
        byte[] Packet,
        ProtectedPair<CountingAead>.End Sender,
        ProtectedPair<CountingAead>.End Receiver,
        ulong Number,
        ulong Phase)
    {
        public static InFlight From(ProtectedPair<CountingAead>.End sender, ProtectedPair<CountingAead>.End receiver, int step)
        {
            ulong number = sender.NextNumber;
            byte[] packet = sender.Seal((byte)step);
            ulong phase = sender.Protection.SendPhase;
            Assert.That(phase, Is.LessThanOrEqualTo(receiver.Protection.ReceivePhase + 1), $"step {step}");
            return new InFlight(packet, sender, receiver, number, phase);
        }

        public void Arrive(bool isLost, bool isAcknowledged, int step)
        {
            if (isLost)
            {
                return;
            }

            OpenStatus expected = Phase + 1 >= Receiver.Protection.ReceivePhase ? OpenStatus.Opened : OpenStatus.UnknownKeys;
            OpenStatus status = Receiver.Open(Packet);
            Assert.That(status, Is.EqualTo(expected), $"step {step}, phase {Phase}");
            if (isAcknowledged && status == OpenStatus.Opened)
            {
                Sender.Protection.OnAcknowledged(Number);
            }
        }
    }

    /// <summary>A checksum in the place of a cipher, that counts.</summary>
    internal readonly struct CountingAead : IDatagramAead<CountingAead>
    {
        private readonly byte[] _key;

        private CountingAead(byte[] key) => _key = key;

        public static int TagBytes => PlainIntegrity.TagBytes;

        public static int Created { get; private set; }

        public static int Disposed { get; private set; }

        public static int Trials { get; private set; }

        public static void Reset() => Created = Disposed = Trials = 0;

        public static CountingAead Create(ReadOnlySpan<byte> key)
        {
            Created++;
            return new CountingAead(key.ToArray());
        }

        public void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, Span<byte> tag) =>
            default(PlainIntegrity).Seal([.. nonce, .. _key], associatedData, payloadInPlace, tag);

        public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, ReadOnlySpan<byte> tag)
        {
            Trials++;
            return default(PlainIntegrity).TryOpen([.. nonce, .. _key], associatedData, payloadInPlace, tag);
        }

        public void Dispose() => Disposed++;
    }
}
