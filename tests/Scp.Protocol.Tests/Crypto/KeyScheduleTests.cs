using System.Security.Cryptography;
using System.Text;
using Scp.Protocol.Crypto;
using Scp.Protocol.Tests.Vectors;

namespace Scp.Protocol.Tests.Crypto;

public sealed class KeyScheduleTests
{
    private static readonly byte[] RandomA = [.. Enumerable.Range(0, KeySchedule.RandomBytes).Select(i => (byte)i)];
    private static readonly byte[] RandomB = [.. Enumerable.Range(100, KeySchedule.RandomBytes).Select(i => (byte)i)];

    [Test]
    public void TheVectorsAreMet()
    {
        foreach (Vector vector in VectorFile.Read<Vector>("key-schedule.json"))
        {
            using EpochSecrets secrets = KeySchedule.Derive(
                VectorFile.Session(vector.Session),
                vector.Epoch,
                Convert.FromHexString(vector.InitiatorRandom),
                Convert.FromHexString(vector.AcceptorRandom),
                isInitiator: vector.Direction == "i2a");

            TrafficSecret traffic = secrets.Send;
            for (int phase = 0; phase < vector.Phase; phase++)
            {
                traffic = traffic.Next();
            }

            byte[] key = new byte[KeySchedule.KeyBytes];
            byte[] iv = new byte[KeySchedule.IvBytes];
            KeySchedule.Expand(traffic.Bytes, KeySchedule.KeyLabel, key);
            KeySchedule.Expand(traffic.Bytes, KeySchedule.IvLabel, iv);
            string at = $"{vector.Session} {vector.Direction} phase {vector.Phase}";
            Assert.That(Convert.ToHexStringLower(traffic.Bytes), Is.EqualTo(vector.Traffic), at);
            Assert.That(Convert.ToHexStringLower(key), Is.EqualTo(vector.Key), at);
            Assert.That(Convert.ToHexStringLower(iv), Is.EqualTo(vector.Iv), at);
        }
    }

    [Property]
    public bool TheScheduleIsHkdfWrittenOut(ulong high, ulong low, uint epoch, byte initiatorFill, byte acceptorFill)
    {
        byte[] initiator = [.. Enumerable.Repeat(initiatorFill, KeySchedule.RandomBytes)];
        byte[] acceptor = [.. Enumerable.Repeat(acceptorFill, KeySchedule.RandomBytes)];
        byte[] session = new byte[SessionId.Size];
        new SessionId(high, low).Format(session);

        byte[] secret = Hmac([.. "scp1 epoch"u8, .. session], [.. initiator, .. acceptor]);
        byte[] Traffic(string label) => Hmac(secret, [.. Encoding.ASCII.GetBytes(label), .. BitConverter.GetBytes(epoch), 1]);

        using EpochSecrets i = KeySchedule.Derive(new SessionId(high, low), epoch, initiator, acceptor, isInitiator: true);
        return i.Send.Bytes.SequenceEqual(Traffic("scp1 i2a"))
            && i.Receive.Bytes.SequenceEqual(Traffic("scp1 a2i"))
            && i.Send.Next().Bytes.SequenceEqual(Hmac(i.Send.Bytes.ToArray(), [.. "scp1 next"u8, 1]));
    }

    [Test]
    public void EachSideSendsWhatTheOtherReceives()
    {
        using EpochSecrets initiator = KeySchedule.Derive(new SessionId(1, 2), 3, RandomA, RandomB, isInitiator: true);
        using EpochSecrets acceptor = KeySchedule.Derive(new SessionId(1, 2), 3, RandomA, RandomB, isInitiator: false);
        Assert.That(initiator.Send.Bytes.SequenceEqual(acceptor.Receive.Bytes), Is.True);
        Assert.That(initiator.Receive.Bytes.SequenceEqual(acceptor.Send.Bytes), Is.True);
        Assert.That(initiator.Send.Bytes.SequenceEqual(initiator.Receive.Bytes), Is.False);
    }

    [Test]
    public void EveryInputMatters()
    {
        string Sent(SessionId session, uint epoch, byte[] first, byte[] second)
        {
            using EpochSecrets secrets = KeySchedule.Derive(session, epoch, first, second, isInitiator: true);
            return Convert.ToHexStringLower(secrets.Send.Bytes);
        }

        string[] all =
        [
            Sent(new SessionId(1, 2), 3, RandomA, RandomB),
            Sent(new SessionId(2, 1), 3, RandomA, RandomB),
            Sent(new SessionId(1, 2), 4, RandomA, RandomB),
            Sent(new SessionId(1, 2), 3, RandomB, RandomA),
            Sent(new SessionId(1, 2), 3, RandomA, RandomA),
            Sent(new SessionId(1, 2), 3, RandomB, RandomB),
        ];
        Assert.That(all, Is.Unique);
    }

    [Test]
    public void WipedSecretsCannotBeRead()
    {
        EpochSecrets secrets = KeySchedule.Derive(new SessionId(1, 2), 3, RandomA, RandomB, isInitiator: true);
        Span<byte> send = secrets.Send.Bytes;
        Span<byte> receive = secrets.Receive.Bytes;
        secrets.Dispose();
        Assert.That(send.ToArray().Concat(receive.ToArray()), Is.All.EqualTo(0));
        Assert.That(() => secrets.Send.Next(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [TestCase(31, 32)]
    [TestCase(32, 33)]
    public void RandomsOfAnotherLengthAreRefused(int initiator, int acceptor) =>
        Assert.That(
            () => KeySchedule.Derive(default, 0, new byte[initiator], new byte[acceptor], isInitiator: true),
            Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static byte[] Hmac(byte[] key, byte[] message) => HMACSHA256.HashData(key, message);

    private sealed record Vector(
        string Session,
        uint Epoch,
        string InitiatorRandom,
        string AcceptorRandom,
        string Direction,
        int Phase,
        string Traffic,
        string Key,
        string Iv);
}
