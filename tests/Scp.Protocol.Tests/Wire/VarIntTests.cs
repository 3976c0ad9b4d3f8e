using FsCheck;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Wire;

public sealed class VarIntTests
{
    private static readonly int[] Sizes = [1, 2, 4, 8];

    [Property(MaxTest = 2000)]
    public bool WhatIsWrittenIsReadInEveryBufferThatHoldsIt(DoNotSize<ulong> random, byte shift, byte spare)
    {
        ulong value = (random.Item & VarInt.MaxValue) >> (shift % 62);
        var bytes = new byte[VarInt.MaxSize + 1];
        int size = VarInt.Write(bytes, value);
        ReadOnlySpan<byte> source = bytes.AsSpan(0, Math.Min(size + (spare % 9), bytes.Length));
        return size == VarInt.SizeOf(value)
            && size == Sizes.First(s => value < 1UL << ((8 * s) - 2))
            && VarInt.TryRead(source, out ulong read, out int readSize)
            && read == value && readSize == size;
    }

    [Property(MaxTest = 2000)]
    public bool AnyBytesMeanWhatTheDescriptionSays(byte[] bytes)
    {
        bool parsed = VarInt.TryRead(bytes, out ulong value, out int size);
        if (bytes.Length == 0 || bytes.Length < Sizes[bytes[0] & 3])
        {
            return !parsed;
        }

        ulong expected = 0;
        for (int i = 0; i < Sizes[bytes[0] & 3]; i++)
        {
            expected += (ulong)bytes[i] << (8 * i);
        }

        return parsed && value == expected / 4 && size == Sizes[bytes[0] & 3];
    }

    [TestCase(0ul, 1)]
    [TestCase((1ul << 6) - 1, 1)]
    [TestCase(1ul << 6, 2)]
    [TestCase((1ul << 14) - 1, 2)]
    [TestCase(1ul << 14, 4)]
    [TestCase((1ul << 30) - 1, 4)]
    [TestCase(1ul << 30, 8)]
    [TestCase(VarInt.MaxValue, 8)]
    public void Boundaries(ulong value, int size) => Assert.That(VarInt.SizeOf(value), Is.EqualTo(size));

    [TestCase(VarInt.MaxValue + 1)]
    [TestCase(1ul << 63)]
    [TestCase(ulong.MaxValue)]
    public void WhatHasNoEncodingIsABugHere(ulong value) =>
        Assert.That(() => VarInt.Write(new byte[VarInt.MaxSize], value), Throws.TypeOf<ArgumentOutOfRangeException>());
}
