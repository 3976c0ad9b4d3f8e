using System.Numerics;
using FsCheck;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Wire;

public sealed class PacketNumberTests
{
    private const ulong Half = 1UL << 31;
    private const ulong Whole = 1UL << 32;

    [Property(MaxTest = 2000)]
    public bool TheNearestCandidateIsChosen(DoNotSize<uint> low, DoNotSize<ulong> random, byte shift)
    {
        ulong largest = (random.Item & PacketNumber.Max) >> (shift % 62);
        return PacketNumber.Expand(low.Item, largest) == Nearest(low.Item, largest);
    }

    [Property(MaxTest = 2000)]
    public bool WhatWasTruncatedComesBack(DoNotSize<ulong> random, DoNotSize<int> distance)
    {
        ulong largest = random.Item & (PacketNumber.Max >> 1);
        BigInteger number = (BigInteger)largest + distance.Item;
        return number < 0 || PacketNumber.Expand((uint)(number & uint.MaxValue), largest) == number;
    }

    [TestCase(0u, 0ul, 0ul)]
    [TestCase(5u, 0ul, 5ul)]
    [TestCase(0xFFFFFFFFu, 0ul, 0xFFFFFFFFul, Description = "below zero there is nothing")]
    [TestCase(0x80000000u, 0ul, 0x80000000ul)]
    [TestCase(0x80000001u, 1ul, 0x80000001ul)]
    [TestCase(0u, 0xFFFFFFFFul, Whole)]
    [TestCase(0xFFFFFFFFu, Whole, 0xFFFFFFFFul)]
    [TestCase(0u, Whole + Half, Whole, Description = "exactly half way down is taken down")]
    [TestCase(0u, Whole + Half + 1, 2 * Whole)]
    public void Boundaries(uint low, ulong largest, ulong expected) =>
        Assert.That(PacketNumber.Expand(low, largest), Is.EqualTo(expected));

    /// <summary>Tries every candidate around, in integers that cannot wrap; of two equally near the lower one.</summary>
    private static ulong Nearest(uint low, ulong largest)
    {
        BigInteger floor = ((BigInteger)largest >> 32 << 32) + low;
        return (ulong)new[] { floor - Whole, floor, floor + Whole }
            .Where(candidate => candidate >= 0)
            .MinBy(candidate => BigInteger.Abs(candidate - largest));
    }
}
