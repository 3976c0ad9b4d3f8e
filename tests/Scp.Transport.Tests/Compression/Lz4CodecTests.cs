using Scp.Protocol;
using Scp.Transport.Compression;
using Tests.Shared;

namespace Scp.Transport.Tests.Compression;

[TestFixture]
internal sealed class Lz4CodecTests
{
    private Lz4Codec _codec = null!;

    [OneTimeSetUp]
    public void Load()
    {
        Assert.That(Lz4Codec.TryLoad(out Lz4Codec? codec, out string? fault), fault);
        Assert.That(Lz4Codec.IsSupported);
        _codec = codec!;
    }

    /// <summary>What comes back is what went in, and a block never leaves the room it was given.</summary>
    [Property(MaxTest = 500)]
    public void GivesBackWhatItCompressed(int seed)
    {
        var random = new Random(seed);
        byte[] raw = Compressible(random, random.Next(ScpLimits.MaxChunkBytes + 1));
        var room = new byte[Math.Min(raw.Length, random.Next(ScpLimits.MaxChunkBytes + 1)) + 16];
        room.AsSpan().Fill(0xA5);
        int bytes = _codec.Compress(raw, room.AsSpan(0, room.Length - 16));

        Assert.That(bytes, Is.InRange(0, room.Length - 16), $"seed {seed}");
        Assert.That(room.AsSpan(room.Length - 16).IndexOfAnyExcept((byte)0xA5), Is.Negative, $"seed {seed}");
        if (bytes == 0)
        {
            return;
        }

        var back = new byte[raw.Length];
        Assert.That(_codec.TryDecompress(room.AsSpan(0, bytes), back), $"seed {seed}");
        Assert.That(back, Is.EqualTo(raw), $"seed {seed}");
        Assert.That(_codec.TryDecompress(room.AsSpan(0, bytes), new byte[raw.Length + 1]), Is.False, "a block that says less");
        if (raw.Length > 0)
        {
            Assert.That(_codec.TryDecompress(room.AsSpan(0, bytes), new byte[raw.Length - 1]), Is.False, "a block that says more");
        }
    }

    /// <summary>As a small decoder of the format, written from its description, reads it.</summary>
    [Property(MaxTest = 200)]
    public void WhatItWritesIsTheBlockFormat(int seed)
    {
        var random = new Random(seed);
        byte[] raw = Compressible(random, 1 + random.Next(5000));
        var block = new byte[raw.Length + 100];
        int bytes = _codec.Compress(raw, block);

        Assert.That(bytes, Is.Positive);
        Assert.That(Lz4Oracle.Decode(block.AsSpan(0, bytes)), Is.EqualTo(raw), $"seed {seed}");
    }

    /// <summary>Bytes of a stranger: it is never an exception, and nothing is written beside the destination.</summary>
    [Property(MaxTest = 2000)]
    public void AnyBytesAreTakenOrRefused(int seed)
    {
        var random = new Random(seed);
        byte[] raw = Compressible(random, 1 + random.Next(3000));
        var block = new byte[raw.Length + 100];
        block = block[.._codec.Compress(raw, block)];
        switch (random.Next(3))
        {
            case 0:
                random.NextBytes(block);
                break;
            case 1:
                block[random.Next(block.Length)] ^= (byte)(1 + random.Next(255));
                break;
            default:
                block = block[..random.Next(block.Length)];
                break;
        }

        var room = new byte[random.Next(4000) + 16];
        room.AsSpan().Fill(0xA5);
        Assert.That(() => _codec.TryDecompress(block, room.AsSpan(0, room.Length - 16)), Throws.Nothing, $"seed {seed}");
        Assert.That(room.AsSpan(room.Length - 16).IndexOfAnyExcept((byte)0xA5), Is.Negative, $"seed {seed}");
    }

    [Test]
    public void NothingIsNoBlock()
    {
        Assert.That(_codec.Compress(new byte[100], []), Is.Zero);
        Assert.That(_codec.TryDecompress([], new byte[10]), Is.False);
        Assert.That(_codec.TryDecompress([], []), Is.False);
        Assert.That(_codec.TryDecompress(new byte[10], []), Is.False);
    }

    [Test]
    public void WhatCannotShrinkDoesNotFit()
    {
        var noise = new byte[ScpLimits.MaxChunkBytes];
        new Random(1).NextBytes(noise);
        Assert.That(_codec.Compress(noise, new byte[noise.Length]), Is.Zero);
    }

    [Test]
    public void ChunksAllocateNothing()
    {
        byte[] raw = Compressible(new Random(1), ScpLimits.MaxChunkBytes);
        var block = new byte[ScpLimits.MaxChunkBytes];
        var back = new byte[ScpLimits.MaxChunkBytes];
        int bytes = _codec.Compress(raw, block);
        Assert.That(Allocations.Of(() => _codec.Compress(raw, block)), Is.Zero);
        Assert.That(Allocations.Of(() => _codec.TryDecompress(block.AsSpan(0, bytes), back)), Is.Zero);
    }

    /// <summary>Words of a small vocabulary with some noise between them: as compressible as the seed wants.</summary>
    private static byte[] Compressible(Random random, int count)
    {
        var bytes = new byte[count];
        var vocabulary = new byte[256];
        random.NextBytes(vocabulary);
        int noise = random.Next(100);
        for (int i = 0; i < count;)
        {
            int length = Math.Min(count - i, 1 + random.Next(32));
            Span<byte> piece = bytes.AsSpan(i, length);
            if (random.Next(100) < noise)
            {
                random.NextBytes(piece);
            }
            else
            {
                vocabulary.AsSpan(random.Next(vocabulary.Length - length), length).CopyTo(piece);
            }

            i += length;
        }

        return bytes;
    }
}
