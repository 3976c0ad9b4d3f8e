using FsCheck;
using Scp.Protocol.Crypto;

namespace Scp.Protocol.Tests.Crypto;

[TestFixture(typeof(AesGcmAead))]
[TestFixture(typeof(PlainIntegrity))]
public sealed class DatagramAeadTests<TAead>
    where TAead : struct, IDatagramAead<TAead>
{
    private static readonly byte[] Key = [.. Enumerable.Range(1, KeySchedule.KeyBytes).Select(i => (byte)i)];

    [Property(MaxTest = 300)]
    public bool WhatWasSealedOpens(DoNotSize<int> seed)
    {
        using var aead = TAead.Create(Key);
        Sealed packet = Sealed.From(aead, seed.Item);
        return aead.TryOpen(packet.Nonce, packet.Associated, packet.Payload, packet.Tag)
            && packet.Payload.AsSpan().SequenceEqual(packet.Clear);
    }

    [Property(MaxTest = 1000)]
    public bool AnyFlippedBitIsFound(DoNotSize<int> seed)
    {
        using var aead = TAead.Create(Key);
        Sealed packet = Sealed.From(aead, seed.Item);
        byte[][] pieces = [packet.Nonce, packet.Associated, packet.Payload, packet.Tag];
        int bit = new System.Random(seed.Item).Next(8 * pieces.Sum(piece => piece.Length));
        foreach (byte[] piece in pieces)
        {
            if (bit < 8 * piece.Length)
            {
                piece[bit / 8] ^= (byte)(1 << (bit % 8));
                break;
            }

            bit -= 8 * piece.Length;
        }

        return !aead.TryOpen(packet.Nonce, packet.Associated, packet.Payload, packet.Tag);
    }

    private sealed record Sealed(byte[] Nonce, byte[] Associated, byte[] Clear, byte[] Payload, byte[] Tag)
    {
        public static Sealed From(TAead aead, int seed)
        {
            var random = new System.Random(seed);
            byte[] Fill(int length)
            {
                byte[] bytes = new byte[length];
                random.NextBytes(bytes);
                return bytes;
            }

            byte[] clear = Fill(random.Next(100));
            var packet = new Sealed(Fill(KeySchedule.IvBytes), Fill(random.Next(40)), clear, [.. clear], new byte[TAead.TagBytes]);
            aead.Seal(packet.Nonce, packet.Associated, packet.Payload, packet.Tag);
            return packet;
        }
    }
}

public sealed class AeadPropertiesTests
{
    [Test]
    public void AesGcmHidesThePayloadAndNeedsItsKey()
    {
        byte[] clear = new byte[256];
        byte[] payload = new byte[256];
        byte[] tag = new byte[AesGcmAead.TagBytes];
        byte[] nonce = new byte[KeySchedule.IvBytes];
        using var aead = AesGcmAead.Create(new byte[KeySchedule.KeyBytes]);
        using var other = AesGcmAead.Create([.. Enumerable.Repeat((byte)1, KeySchedule.KeyBytes)]);
        aead.Seal(nonce, [], payload, tag);
        Assert.That(payload, Is.Not.EqualTo(clear));
        Assert.That(other.TryOpen(nonce, [], [.. payload], tag), Is.False);
        Assert.That(aead.TryOpen(nonce, [], payload, tag), Is.True);
        Assert.That(payload, Is.EqualTo(clear));
    }

    [Test]
    public void PlainIntegrityIsCrc32CHoweverThePiecesAreCut()
    {
        byte[] digits = [.. "123456789"u8];
        for (int first = 0; first <= digits.Length; first++)
        {
            for (int second = first; second <= digits.Length; second++)
            {
                uint checksum = PlainIntegrity.Checksum(
                    digits.AsSpan(0, first), digits.AsSpan(first, second - first), digits.AsSpan(second));
                Assert.That(checksum, Is.EqualTo(0xE3069283), "the check value of CRC32C");
            }
        }
    }
}
