using FsCheck;

namespace Scp.PathModel.Tests;

public sealed class PathRandomTests
{
    [Test]
    public void The_generator_is_xoshiro256_starstar()
    {
        // The first outputs of the published reference implementation from the state 1, 2, 3, 4.
        PathRandom random = PathRandom.FromState(1, 2, 3, 4);
        ulong[] expected = [11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600];
        Assert.That(expected.Select(_ => random.NextUInt64()).ToArray(), Is.EqualTo(expected));
    }

    [Test]
    public void The_mixer_is_splitmix64()
    {
        // The first output of the published SplitMix64 from the seed 0.
        Assert.That(PathRandom.Mix(0x9E3779B97F4A7C15), Is.EqualTo(0xE220A8397B1DCDAF));
    }

    [Test]
    public void A_seed_gives_the_same_numbers_on_every_runtime()
    {
        var random = new PathRandom(42);
        ulong sum = 0;
        for (int i = 0; i < 1000; i++)
        {
            sum = PathRandom.Mix(sum ^ random.NextUInt64());
        }

        Assert.That(sum, Is.EqualTo(GoldenSumOfSeed42));
    }

    [Property]
    public bool Next_below_stays_below(ulong seed, PositiveInt bound)
    {
        var random = new PathRandom(seed);
        long drawn = random.NextBelow(bound.Get);
        return drawn >= 0 && drawn < bound.Get;
    }

    [Property]
    public bool Next_between_stays_between(ulong seed, int a, int b)
    {
        var random = new PathRandom(seed);
        long drawn = random.NextBetween(Math.Min(a, b), Math.Max(a, b));
        return drawn >= Math.Min(a, b) && drawn <= Math.Max(a, b);
    }

    [Test]
    public void Next_below_is_even_also_where_a_remainder_would_be_biased()
    {
        // With this bound a plain remainder of 64 bits would draw the lower half of the range twice as often.
        const long bound = (long.MaxValue / 4 * 3) + 1;
        const int draws = 100_000;
        var random = new PathRandom(3);
        int low = 0;
        for (int i = 0; i < draws; i++)
        {
            low += random.NextBelow(bound) < bound / 2 ? 1 : 0;
        }

        Assert.That(low, Is.EqualTo(draws * 0.5).Within(ThreeSigma(draws, 0.5)));
    }

    [TestCase(0.001)]
    [TestCase(0.03)]
    [TestCase(0.5)]
    [TestCase(0.999)]
    public void Chance_hits_as_often_as_asked(double probability)
    {
        const int draws = 1_000_000;
        var random = new PathRandom(11);
        int hits = 0;
        for (int i = 0; i < draws; i++)
        {
            hits += random.Chance(probability) ? 1 : 0;
        }

        Assert.That(hits, Is.EqualTo(draws * probability).Within(ThreeSigma(draws, probability)));
    }

    [Test]
    public void Certain_and_impossible_are_exact()
    {
        var random = new PathRandom(5);
        for (int i = 0; i < 100_000; i++)
        {
            Assert.That(random.Chance(1), Is.True);
            Assert.That(random.Chance(0), Is.False);
            Assert.That(random.Chance(double.NaN), Is.False);
        }
    }

    [Test]
    public void Exponential_has_its_mean_its_deviation_and_its_tail()
    {
        const int draws = 200_000;
        const long mean = 1_000_000;
        var random = new PathRandom(17);
        double sum = 0;
        double squares = 0;
        int beyondThreeMeans = 0;
        for (int i = 0; i < draws; i++)
        {
            long drawn = random.NextExponential(mean);
            sum += drawn;
            squares += (double)drawn * drawn;
            beyondThreeMeans += drawn > 3 * mean ? 1 : 0;
        }

        double measuredMean = sum / draws;
        double deviation = Math.Sqrt((squares / draws) - (measuredMean * measuredMean));
        double tail = Math.Exp(-3);
        Assert.That(measuredMean, Is.EqualTo((double)mean).Within(3 * mean / Math.Sqrt(draws)));
        Assert.That(deviation, Is.EqualTo(mean).Within(1).Percent);
        Assert.That(beyondThreeMeans, Is.EqualTo(draws * tail).Within(ThreeSigma(draws, tail)));
    }

    [Test]
    public void An_empty_range_is_a_mistake_of_the_caller()
    {
        var random = new PathRandom(1);
        Assert.That(() => random.NextBelow(0), Throws.InvalidOperationException);
        Assert.That(() => random.NextBetween(2, 1), Throws.InvalidOperationException);
        Assert.That(() => random.NextExponential(-1), Throws.InvalidOperationException);
    }

    [Test]
    public void Shuffle_puts_every_item_everywhere_alike()
    {
        const int rounds = 40_000;
        var random = new PathRandom(23);
        int[,] seen = new int[4, 4];
        Span<int> items = stackalloc int[4];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < items.Length; i++)
            {
                items[i] = i;
            }

            random.Shuffle(items);
            for (int i = 0; i < items.Length; i++)
            {
                seen[i, items[i]]++;
            }
        }

        foreach (int count in seen)
        {
            Assert.That(count, Is.EqualTo(rounds / 4).Within(1.5 * ThreeSigma(rounds, 0.25)));
        }
    }

    private const ulong GoldenSumOfSeed42 = 9138247426095026765;

    private static double ThreeSigma(int draws, double probability) =>
        3 * Math.Sqrt(draws * probability * (1 - probability));
}
