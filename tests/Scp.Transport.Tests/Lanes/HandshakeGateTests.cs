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
        var limits = new HandshakeLimits(ASecond: 8, Burst: 6, ASecondPerSource: 4, BurstPerSource: 3, MaxSources: 4);
        IPAddress[] sources = [.. Enumerable.Range(1, 7).Select(i => i % 2 == 0 ? IPAddress.Parse($"2001:db8:{i}::1") : IPAddress.Parse($"192.0.2.{i}"))];
        long nowNs = 0;
        var gate = new HandshakeGate(limits, nowNs);
        var oracle = new Oracle(limits);
        for (int step = 0; step < 3000; step++)
        {
            nowNs += random.Next(3) * SecondNs / 8;
            IPAddress source = sources[random.Next(sources.Length)];
            Assert.That(gate.TryEnter(source, nowNs), Is.EqualTo(oracle.TryEnter(source.ToString(), nowNs)), $"step {step}");
        }
    }

    [Test]
    public void An_address_is_the_same_source_mapped_or_not()
    {
        var gate = new HandshakeGate(new HandshakeLimits(100, 100, 1, 1, 16), 0);
        Assert.That(gate.TryEnter(IPAddress.Parse("192.0.2.1"), 0));
        Assert.That(gate.TryEnter(IPAddress.Parse("::ffff:192.0.2.1"), 0), Is.False);
        Assert.That(gate.TryEnter(IPAddress.Parse("2001:db8::1"), 0));
        Assert.That(gate.TryEnter(IPAddress.Parse("2001:db8::2"), 0), Is.False);
    }

    [TestCase("192.0.2.1", "c000:201::1")]
    [TestCase("127.0.0.1", "7f00:1::1")]
    [TestCase("0.0.0.0", "::1")]
    public void No_network_of_one_family_is_taken_for_an_address_of_the_other(string four, string six)
    {
        var gate = new HandshakeGate(new HandshakeLimits(100, 100, 1, 1, 16), 0);
        Assert.That(gate.TryEnter(IPAddress.Parse(six), 0));
        Assert.That(gate.TryEnter(IPAddress.Parse(four), 0));
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
            entered += gate.TryEnter(new IPAddress(bytes), i * (SecondNs / 100_000)) ? 1 : 0;
            Assert.That(gate.Sources, Is.LessThanOrEqualTo(limits.MaxSources));
        }

        Assert.That(entered, Is.LessThanOrEqualTo(limits.Burst + (2 * limits.ASecond)));
    }

    private sealed class Oracle(HandshakeLimits limits)
    {
        private readonly List<string> _known = [];
        private readonly Dictionary<string, (double Tokens, long AtNs)> _buckets = [];
        private (double Tokens, long AtNs) _all = (limits.Burst, 0);

        public bool TryEnter(string source, long nowNs)
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
