using System.Net;
using Scp.Transport.Lanes;

namespace Scp.Transport.Tests.Lanes;

public sealed class HandshakeGateTests
{
    private const long SecondNs = 1_000_000_000;

    [Test]
    public void It_agrees_with_a_slow_oracle([Range(1, 20)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        // Whole tokens a step and rates that are powers of two, so that no rounding comes between the two.
        var limits = new HandshakeLimits(ASecond: 8, Burst: 6, ASecondPerSource: 4, BurstPerSource: 3, MaxSources: 4) { UnderWay = 9, UnderWayPerSource = 4 };
        IPAddress[] sources = [.. Enumerable.Range(1, 7).Select(i => i % 2 == 0 ? IPAddress.Parse($"2001:db8:{i}::1") : IPAddress.Parse($"192.0.2.{i}"))];
        long nowNs = 0;
        var gate = new HandshakeGate(limits, nowNs);
        var oracle = new Oracle(limits);
        var met = new HashSet<HandshakeVerdict>();
        for (int step = 0; step < 3000; step++)
        {
            nowNs += random.Next(3) * SecondNs / 8;
            IPAddress source = sources[random.Next(sources.Length)];
            HandshakeVerdict verdict = gate.TryEnter(source, nowNs);
            Assert.That(verdict, Is.EqualTo(oracle.TryEnter(source.ToString(), nowNs)), $"step {step}");
            met.Add(verdict);
            // Now long, now short, so that sometimes the room is what is short and sometimes the rate.
            while (oracle.UnderWay.Count > 0 && random.Next(20) < (step / 300 % 2 == 0 ? 3 : 12))
            {
                string leaving = oracle.Leave(random);
                gate.Leave(IPAddress.Parse(leaving));
            }

            Assert.That(gate.SourcesUnderWay, Is.EqualTo(oracle.UnderWay.Distinct().Count()), $"step {step}");
        }

        Assert.That(met, Is.EquivalentTo(Enum.GetValues<HandshakeVerdict>()), "each verdict was met");
    }

    [Test]
    public void An_address_is_the_same_source_mapped_or_not()
    {
        var gate = new HandshakeGate(new HandshakeLimits(100, 100, 1, 1, 16), 0);
        Assert.That(gate.TryEnter(IPAddress.Parse("192.0.2.1"), 0), Is.EqualTo(HandshakeVerdict.Enter));
        Assert.That(gate.TryEnter(IPAddress.Parse("::ffff:192.0.2.1"), 0), Is.EqualTo(HandshakeVerdict.Rate));
        Assert.That(gate.TryEnter(IPAddress.Parse("2001:db8::1"), 0), Is.EqualTo(HandshakeVerdict.Enter));
        Assert.That(gate.TryEnter(IPAddress.Parse("2001:db8::2"), 0), Is.EqualTo(HandshakeVerdict.Rate));
    }

    [TestCase("192.0.2.1", "c000:201::1")]
    [TestCase("127.0.0.1", "7f00:1::1")]
    [TestCase("0.0.0.0", "::1")]
    public void No_network_of_one_family_is_taken_for_an_address_of_the_other(string four, string six)
    {
        var gate = new HandshakeGate(new HandshakeLimits(100, 100, 1, 1, 16), 0);
        Assert.That(gate.TryEnter(IPAddress.Parse(six), 0), Is.EqualTo(HandshakeVerdict.Enter));
        Assert.That(gate.TryEnter(IPAddress.Parse(four), 0), Is.EqualTo(HandshakeVerdict.Enter));
    }

    [Test]
    public void A_flood_of_sources_is_held_by_the_rate_of_all_and_takes_no_memory()
    {
        HandshakeLimits limits = HandshakeLimits.Default;
        var gate = new HandshakeGate(limits, 0);
        int entered = 0;
        Span<byte> bytes = stackalloc byte[16];
        for (int i = 0; i < 200_000; i++)
        {
            _ = BitConverter.TryWriteBytes(bytes, 0x2000_0000_0000_0000 + i);
            var source = new IPAddress(bytes);
            if (gate.TryEnter(source, i * (SecondNs / 100_000)) == HandshakeVerdict.Enter)
            {
                entered++;
                gate.Leave(source);
            }

            Assert.That(gate.Sources, Is.LessThanOrEqualTo(limits.MaxSources));
        }

        Assert.That(entered, Is.LessThanOrEqualTo(limits.Burst + (2 * limits.ASecond)));
    }

    [TestCase("192.0.2.1", "192.0.2.1", "192.0.2.2")]
    [TestCase("192.0.2.1", "::ffff:192.0.2.1", "192.0.2.2")]
    [TestCase("2001:db8::1", "2001:db8::2:0:0:1", "2001:db8:0:1::1")]
    public void A_source_that_says_nothing_fills_its_share_and_no_more(string silent, string sameSource, string other)
    {
        HandshakeLimits limits = HandshakeLimits.Default;
        var gate = new HandshakeGate(limits, 0);
        for (int i = 0; i < limits.UnderWayPerSource; i++)
        {
            Assert.That(gate.TryEnter(IPAddress.Parse(silent), 0), Is.EqualTo(HandshakeVerdict.Enter));
        }

        Assert.That(gate.TryEnter(IPAddress.Parse(sameSource), 0), Is.EqualTo(HandshakeVerdict.Share));
        Assert.That(gate.TryEnter(IPAddress.Parse(other), 0), Is.EqualTo(HandshakeVerdict.Enter));
        gate.Leave(IPAddress.Parse(sameSource));
        Assert.That(gate.TryEnter(IPAddress.Parse(silent), 0), Is.EqualTo(HandshakeVerdict.Enter));
    }

    /// <summary>The rates of sources are forgotten for newer ones; what they hold is not.</summary>
    [Test]
    public void A_source_whose_rate_was_forgotten_still_holds_its_share()
    {
        var gate = new HandshakeGate(new HandshakeLimits(1e6, 1e6, 1e6, 1e6, MaxSources: 2) { UnderWayPerSource = 1 }, 0);
        for (int i = 1; i < 10; i++)
        {
            Assert.That(gate.TryEnter(IPAddress.Parse($"192.0.2.{i}"), 0), Is.EqualTo(HandshakeVerdict.Enter));
        }

        Assert.That(gate.TryEnter(IPAddress.Parse("192.0.2.1"), 0), Is.EqualTo(HandshakeVerdict.Share));
    }

    private sealed class Oracle(HandshakeLimits limits)
    {
        private readonly List<string> _known = [];
        private readonly Dictionary<string, (double Tokens, long AtNs)> _buckets = [];
        private (double Tokens, long AtNs) _all = (limits.Burst, 0);

        /// <summary>The source of each handshake under way.</summary>
        public List<string> UnderWay { get; } = [];

        public string Leave(Random random)
        {
            int index = random.Next(UnderWay.Count);
            string source = UnderWay[index];
            UnderWay.RemoveAt(index);
            return source;
        }

        public HandshakeVerdict TryEnter(string source, long nowNs)
        {
            if (UnderWay.Count == limits.UnderWay)
            {
                return HandshakeVerdict.Room;
            }

            if (UnderWay.Count(other => other == source) == limits.UnderWayPerSource)
            {
                return HandshakeVerdict.Share;
            }

            if (!TryTake(source, nowNs))
            {
                return HandshakeVerdict.Rate;
            }

            UnderWay.Add(source);
            return HandshakeVerdict.Enter;
        }

        private bool TryTake(string source, long nowNs)
        {
            if (!_known.Remove(source))
            {
                if (_known.Count == limits.MaxSources)
                {
                    _ = _buckets.Remove(_known[0]);
                    _known.RemoveAt(0);
                }

                _buckets[source] = (limits.BurstPerSource, nowNs);
            }

            _known.Add(source);
            _all = Filled(_all, limits.ASecond, limits.Burst, nowNs);
            (double Tokens, long AtNs) own = Filled(_buckets[source], limits.ASecondPerSource, limits.BurstPerSource, nowNs);
            bool enters = Math.Round(_all.Tokens, 6) >= 1 && Math.Round(own.Tokens, 6) >= 1;
            _all.Tokens -= enters ? 1 : 0;
            own.Tokens -= enters ? 1 : 0;
            _buckets[source] = own;
            return enters;
        }

        private static (double Tokens, long AtNs) Filled((double Tokens, long AtNs) bucket, double rate, double burst, long nowNs) =>
            (Math.Min(burst, bucket.Tokens + (rate * (nowNs - bucket.AtNs) / SecondNs)), nowNs);
    }
}
