using Scp.Protocol.Recovery;
using Scp.Protocol.Tests.Wire;

namespace Scp.Protocol.Tests.Recovery;

[TestFixture]
internal sealed class ReceivedPacketsTests
{
    /// <summary>Against a plain set of numbers, of which the lowest run goes when there are more runs than are kept.</summary>
    [Property(MaxTest = 300)]
    public void TheRangesAreThoseOfTheSetOfNumbers(int seed)
    {
        var random = new Random(seed);
        var received = new ReceivedPackets();
        SortedSet<ulong> model = [];
        int spread = random.Next(20, 600);
        ulong edge = 1;
        for (int step = 0; step < 500; step++)
        {
            if (random.Next(60) == 0 && model.Count > 0)
            {
                ulong upTo = model.Max - Math.Min(model.Max, (ulong)random.Next(0, spread));
                received.ForgetUpTo(upTo);
                ulong newest = model.Max;
                model.RemoveWhere(number => number <= upTo && number != newest);
            }
            else
            {
                ulong number = random.Next(3) == 0 ? ++edge : edge + (ulong)random.Next(0, spread) + 1;
                number -= Math.Min(number - 1, (ulong)random.Next(0, spread));
                received.Add(number);
                model.Add(number);
                DropLowestRun(model);
            }

            PacketRange[] expected = AckFrameTests.RangesOf(model);
            Assert.That(received.Ranges.ToArray(), Is.EqualTo(expected), $"seed {seed}, step {step}");
            Assert.That(received.Largest, Is.EqualTo(model.Max));
        }
    }

    [Test]
    public void NothingIsKnownAtFirst()
    {
        var received = new ReceivedPackets();
        received.ForgetUpTo(10);
        Assert.That(received.Count, Is.Zero);
        Assert.That(received.Largest, Is.Zero);
    }

    [Test]
    public void MoreGapsThanAreKeptCostTheOldestRange()
    {
        var received = new ReceivedPackets();
        for (ulong i = 0; i <= ReceivedPackets.MaxRanges; i++)
        {
            received.Add(10 + (2 * i));
        }

        Assert.That(received.Count, Is.EqualTo(ReceivedPackets.MaxRanges));
        Assert.That(received.Ranges[^1], Is.EqualTo(new PacketRange(12, 12)));
        received.Add(1);
        Assert.That(received.Ranges[^1], Is.EqualTo(new PacketRange(12, 12)), "what is older than all that is kept is not taken");
    }

    private static void DropLowestRun(SortedSet<ulong> model)
    {
        PacketRange[] ranges = AckFrameTests.RangesOf(model);
        if (ranges.Length > ReceivedPackets.MaxRanges)
        {
            model.RemoveWhere(number => number <= ranges[^1].High);
        }
    }
}
