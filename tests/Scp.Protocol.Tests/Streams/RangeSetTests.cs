using Scp.Protocol.Streams;

namespace Scp.Protocol.Tests.Streams;

internal sealed class RangeSetTests
{
    private const int Universe = 64;

    [Property(MaxTest = 300)]
    public void BehavesAsASetOfNumbers(int seed)
    {
        var random = new Random(seed);
        int maxRanges = random.Next(1, 12);
        var set = new RangeSet(maxRanges);
        bool[] oracle = new bool[Universe];
        for (int step = 0; step < 60; step++)
        {
            if (random.Next(6) == 0 && set.Count > 0)
            {
                Array.Clear(oracle, (int)set.First.Start, (int)(set.First.End - set.First.Start));
                set.RemoveFirst();
            }
            else
            {
                int start = random.Next(Universe);
                int end = random.Next(start + 1, Math.Min(Universe, start + 12) + 1);
                bool[] after = [.. oracle];
                Array.Fill(after, true, start, end - start);
                bool fits = Runs(after) <= maxRanges;
                Assert.That(set.TryAdd(start, end), Is.EqualTo(fits));
                oracle = fits ? after : oracle;
            }

            Check(set, oracle, random);
        }
    }

    private static void Check(RangeSet set, bool[] oracle, Random random)
    {
        Assert.That(set.Count, Is.EqualTo(Runs(oracle)));
        bool[] contained = [.. Enumerable.Range(0, Universe).Select(i => set.Contains(i))];
        Assert.That(contained.AsSpan().SequenceEqual(oracle), Is.True, "holds what was added");

        long from = random.Next(Universe);
        int end = random.Next((int)from, Universe + 1);
        List<long> gaps = [];
        for (long at = from; set.TryFindGap(ref at, end, out long gapEnd); at = gapEnd)
        {
            for (long i = at; i < gapEnd; i++)
            {
                gaps.Add(i);
            }
        }

        IEnumerable<long> expected = Enumerable.Range((int)from, end - (int)from).Where(i => !oracle[i]).Select(i => (long)i);
        Assert.That(gaps.SequenceEqual(expected), Is.True, "gaps are what is missing");
        if (set.Count > 0)
        {
            Assert.That(set.First.Start, Is.EqualTo(Array.IndexOf(oracle, true)));
        }
    }

    private static int Runs(bool[] oracle) => oracle.Where((on, i) => on && (i == 0 || !oracle[i - 1])).Count();
}
