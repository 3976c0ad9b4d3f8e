using System.Security.Cryptography;
using Scp.Protocol.Crypto;
using Scp.Transport.Crypto;
using Tests.Shared;

namespace Scp.Transport.Tests.Crypto;

/// <summary>The platform's AES-GCM is the oracle; these tests need libcrypto.so.3, as the fast path does.</summary>
[TestFixture]
internal sealed class EvpAesGcmTests
{
    private const int MaxPayloadBytes = 9000;

    [Test]
    public void IsSupportedHereAndThenTheBest()
    {
        Assert.That(EvpAesGcm.IsSupported, "libcrypto.so.3 (Debian: libssl3) is missing or gives other answers");
        Assert.That(PacketCiphers.Best.IsSealed);
        Assert.That(PacketCiphers.Best.OverheadBytes, Is.EqualTo(PacketProtectionFactory.AesGcm.OverheadBytes));
        Assert.That(PacketCiphers.Best, Is.Not.SameAs(PacketProtectionFactory.AesGcm));
    }

    [Property(MaxTest = 300)]
    public void SealsAndOpensAsTheOracleDoes(int seed)
    {
        var random = new Random(seed);
        byte[] key = Bytes(random, KeySchedule.KeyBytes);
        using EvpAesGcm cipher = EvpAesGcm.Create(key);
        using var oracle = new AesGcm(key, EvpAesGcm.TagBytes);
        for (int packets = 0; packets < 8; packets++)
        {
            byte[] nonce = Bytes(random, KeySchedule.IvBytes);
            byte[] data = Bytes(random, AssociatedBytes(random));
            byte[] clear = Bytes(random, PayloadBytes(random));
            var expected = new byte[clear.Length];
            var expectedTag = new byte[EvpAesGcm.TagBytes];
            oracle.Encrypt(nonce, clear, expected, expectedTag, data);

            byte[] payload = [.. clear];
            var tag = new byte[EvpAesGcm.TagBytes];
            cipher.Seal(nonce, data, payload, tag);
            Assert.That(payload, Is.EqualTo(expected), $"seed {seed}");
            Assert.That(tag, Is.EqualTo(expectedTag), $"seed {seed}");

            Assert.That(cipher.TryOpen(nonce, data, payload, tag), $"seed {seed}");
            Assert.That(payload, Is.EqualTo(clear), $"seed {seed}");
        }
    }

    [Property(MaxTest = 300)]
    public void AnyChangedBitIsAForgeryAndTheNextPacketStillOpens(int seed)
    {
        var random = new Random(seed);
        byte[] key = Bytes(random, KeySchedule.KeyBytes);
        byte[] nonce = Bytes(random, KeySchedule.IvBytes);
        byte[] data = Bytes(random, 1 + AssociatedBytes(random));
        byte[] clear = Bytes(random, 1 + PayloadBytes(random));
        using EvpAesGcm cipher = EvpAesGcm.Create(key);
        byte[] payload = [.. clear];
        var tag = new byte[EvpAesGcm.TagBytes];
        cipher.Seal(nonce, data, payload, tag);

        foreach (int field in (int[])[0, 1, 2, 3])
        {
            byte[][] fields = [[.. nonce], [.. data], [.. payload], [.. tag]];
            byte[] touched = fields[field];
            touched[random.Next(touched.Length)] ^= (byte)(1 << random.Next(8));
            Assert.That(cipher.TryOpen(fields[0], fields[1], fields[2], fields[3]), Is.False, $"seed {seed}, field {field}");
            Assert.That(fields[2], Is.All.Zero, "what is not authentic is not shown");
        }

        Assert.That(cipher.TryOpen(nonce, data, payload, tag), $"seed {seed}");
        Assert.That(payload, Is.EqualTo(clear));
    }

    [Test]
    public void TruncatedOrLengthenedIsAForgery()
    {
        using EvpAesGcm cipher = EvpAesGcm.Create(new byte[KeySchedule.KeyBytes]);
        var nonce = new byte[KeySchedule.IvBytes];
        byte[] payload = new byte[100];
        var tag = new byte[EvpAesGcm.TagBytes];
        cipher.Seal(nonce, [1, 2, 3], payload, tag);

        Assert.That(cipher.TryOpen(nonce, [1, 2, 3], [.. payload[..99]], tag), Is.False);
        Assert.That(cipher.TryOpen(nonce, [1, 2, 3], [.. payload, 0], tag), Is.False);
        Assert.That(cipher.TryOpen(nonce, [1, 2], [.. payload], tag), Is.False);
        Assert.That(cipher.TryOpen(nonce, [], [.. payload], tag), Is.False);
        Assert.That(cipher.TryOpen(nonce, [1, 2, 3], [], tag), Is.False);
        Assert.That(cipher.TryOpen(nonce, [1, 2, 3], payload, tag));
    }

    /// <summary>Header, payload and tag of a packet lie next to each other in one buffer, and stay where they are.</summary>
    [Test]
    public void WorksInPlaceAndWritesNothingBesideIt()
    {
        using EvpAesGcm cipher = EvpAesGcm.Create(new byte[KeySchedule.KeyBytes]);
        var nonce = new byte[KeySchedule.IvBytes];
        var buffer = new byte[8 + 16 + 500 + EvpAesGcm.TagBytes + 8];
        buffer.AsSpan().Fill(0xA5);
        Span<byte> header = buffer.AsSpan(8, 16);
        Span<byte> payload = buffer.AsSpan(24, 500);
        Span<byte> tag = buffer.AsSpan(524, EvpAesGcm.TagBytes);

        cipher.Seal(nonce, header, payload, tag);
        Assert.That(header.IndexOfAnyExcept((byte)0xA5), Is.Negative);
        Assert.That(payload.IndexOfAnyExcept((byte)0xA5), Is.Not.Negative);
        Assert.That(cipher.TryOpen(nonce, header, payload, tag));
        Assert.That(payload.IndexOfAnyExcept((byte)0xA5), Is.Negative);
        Assert.That(buffer.AsSpan(0, 8).IndexOfAnyExcept((byte)0xA5), Is.Negative);
        Assert.That(buffer.AsSpan(524 + EvpAesGcm.TagBytes).IndexOfAnyExcept((byte)0xA5), Is.Negative);
    }

    [Test]
    public void ACopyIsTheSameCipher()
    {
        EvpAesGcm cipher = EvpAesGcm.Create(new byte[KeySchedule.KeyBytes]);
        EvpAesGcm copy = cipher;
        var nonce = new byte[KeySchedule.IvBytes];
        byte[] payload = [1, 2, 3];
        var tag = new byte[EvpAesGcm.TagBytes];
        cipher.Seal(nonce, [], payload, tag);
        Assert.That(copy.TryOpen(nonce, [], payload, tag));
        Assert.That(payload, Is.EqualTo(new byte[] { 1, 2, 3 }));

        copy.Dispose();
        cipher.Dispose();
        Assert.That(() => cipher.Seal(nonce, [], payload, tag), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => copy.TryOpen(nonce, [], payload, tag), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void WrongLengthsAreBugsHereAndThrow()
    {
        using EvpAesGcm cipher = EvpAesGcm.Create(new byte[KeySchedule.KeyBytes]);
        Assert.That(() => EvpAesGcm.Create(new byte[16]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => cipher.Seal(new byte[11], [], [], new byte[16]), Throws.ArgumentException);
        Assert.That(() => cipher.Seal(new byte[12], [], [], new byte[15]), Throws.ArgumentException);
        Assert.That(() => cipher.TryOpen(new byte[13], [], [], new byte[16]), Throws.ArgumentException);
        Assert.That(() => cipher.TryOpen(new byte[12], [], [], new byte[17]), Throws.ArgumentException);
    }

    [Test]
    public void ThreadsWithTheirOwnCiphersDoNotDisturbEachOther()
    {
        var wrong = new int[2];
        Thread[] threads = [.. Enumerable.Range(0, 2).Select(number => new Thread(() => wrong[number] = CountWrong(number)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.That(wrong, Is.All.Zero);
    }

    [Test]
    public void PacketsAllocateNothing()
    {
        using EvpAesGcm cipher = EvpAesGcm.Create(new byte[KeySchedule.KeyBytes]);
        var nonce = new byte[KeySchedule.IvBytes];
        var data = new byte[16];
        var payload = new byte[1024];
        var tag = new byte[EvpAesGcm.TagBytes];
        bool asExpected = true;
        void Packets()
        {
            for (int i = 0; i < 1000; i++)
            {
                nonce[0] = (byte)i;
                cipher.Seal(nonce, data, payload, tag);
                asExpected &= cipher.TryOpen(nonce, data, payload, tag);
                asExpected &= !cipher.TryOpen(nonce, data, payload, tag);
            }
        }

        Packets();
        Assert.That(Allocations.Of(Packets), Is.Zero);
        Assert.That(asExpected);
    }

    /// <summary>Ciphers that nobody disposed are freed all the same: eighty thousand of them would be 180 MB.</summary>
    [Test]
    public void ForgottenCiphersAreFreed()
    {
        const int Batch = 20_000;
        Forget(Batch);
        long before = Environment.WorkingSet;
        for (int batches = 0; batches < 4; batches++)
        {
            Forget(Batch);
        }

        Assert.That(Environment.WorkingSet - before, Is.LessThan(30_000_000));
    }

    private static void Forget(int ciphers)
    {
        for (int i = 0; i < ciphers; i++)
        {
            _ = EvpAesGcm.Create(new byte[KeySchedule.KeyBytes]);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static int CountWrong(int number)
    {
        var random = new Random(number);
        byte[] key = Bytes(random, KeySchedule.KeyBytes);
        using EvpAesGcm cipher = EvpAesGcm.Create(key);
        using var oracle = new AesGcm(key, EvpAesGcm.TagBytes);
        int wrong = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] nonce = Bytes(random, KeySchedule.IvBytes);
            byte[] clear = Bytes(random, random.Next(200));
            var expected = new byte[clear.Length];
            var expectedTag = new byte[EvpAesGcm.TagBytes];
            oracle.Encrypt(nonce, clear, expected, expectedTag);
            byte[] payload = [.. clear];
            var tag = new byte[EvpAesGcm.TagBytes];
            cipher.Seal(nonce, [], payload, tag);
            bool same = payload.AsSpan().SequenceEqual(expected) && tag.AsSpan().SequenceEqual(expectedTag);
            bool opens = cipher.TryOpen(nonce, [], payload, tag);
            bool refuses = !cipher.TryOpen(nonce, [1], payload, tag);
            wrong += same && opens && refuses ? 0 : 1;
        }

        return wrong;
    }

    private static int PayloadBytes(Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => random.Next(40),
        2 => random.Next(1300),
        _ => random.Next(MaxPayloadBytes + 1),
    };

    private static int AssociatedBytes(Random random) => random.Next(4) switch
    {
        0 => 0,
        1 => 16,
        2 => random.Next(70),
        _ => random.Next(2000),
    };

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
