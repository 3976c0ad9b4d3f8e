using FsCheck;
using Scp.Protocol.Recovery;

namespace Scp.Protocol.Tests.Recovery;

public sealed class PathMtuSearchTests
{
    private const long Ms = 1_000_000;
    private const long Second = 1000 * Ms;

    [Test]
    public void ThePathsSizeIsFound([Range(0, 8)] int index, [Values(0, 1)] int more)
    {
        int mtu = PathMtuSearch.Candidates[index] + more;
        var path = new SimulatedPath(seed: 1) { MtuBytes = mtu };
        path.Run(10 * Second);
        Assert.That(path.Search.CurrentBytes, Is.EqualTo(LargestWithin(mtu)));
        Assert.That(path.Search.State, Is.EqualTo(PathMtuState.Complete));
        Assert.That(path.FallBacks, Is.Zero);
    }

    [Property(MaxTest = 10)]
    public void ThePathsSizeIsFoundUnderLossAndAfterEveryChange(DoNotSize<int> seed)
    {
        var random = new System.Random(seed.Item);
        var path = new SimulatedPath(seed.Item) { LossRate = 0.02, MixedSizes = random.Next(2) == 0 };
        for (int change = 0; change < 2; change++)
        {
            path.MtuBytes = random.Next(ScpLimits.BaseDatagramBytes, 9200);
            path.Run(PathMtuSearch.RaiseNs + (120 * Second));
            Assert.That(path.Search.CurrentBytes, Is.LessThanOrEqualTo(path.MtuBytes), $"change {change}");
            if (path.FalseCeilings == 0)
            {
                Assert.That(path.Search.CurrentBytes, Is.EqualTo(LargestWithin(path.MtuBytes)), $"change {change}");
            }
        }
    }

    [Test]
    public void ASmallerPathIsNoticedAtOnceAndSearchedAgain([Values] bool mixedSizes)
    {
        var path = new SimulatedPath(seed: 2) { MtuBytes = 9000, MixedSizes = mixedSizes };
        path.Run(10 * Second);
        Assert.That(path.Search.CurrentBytes, Is.EqualTo(ScpLimits.MaxDatagramBytes));

        path.MtuBytes = 1472;
        path.Run(2 * Second);
        Assert.That(path.Search.CurrentBytes, Is.EqualTo(ScpLimits.BaseDatagramBytes));
        Assert.That(path.Search.State, Is.EqualTo(PathMtuState.Base));

        path.Run(PathMtuSearch.BlackHoleRetryNs + (10 * Second));
        Assert.That(path.Search.CurrentBytes, Is.EqualTo(1472));
        Assert.That(path.FallBacks, Is.EqualTo(1));
    }

    [Test]
    public void ALargerPathIsFoundWhenItIsTimeToRaise()
    {
        var path = new SimulatedPath(seed: 3) { MtuBytes = 1400 };
        path.Run(20 * Second);
        Assert.That(path.Search.CurrentBytes, Is.EqualTo(1372));
        path.MtuBytes = 1500;
        path.Run(PathMtuSearch.RaiseNs - (30 * Second));
        Assert.That(path.Search.CurrentBytes, Is.EqualTo(1372));
        path.Run(60 * Second);
        Assert.That(path.Search.CurrentBytes, Is.EqualTo(1472));
    }

    [Test]
    public void OutagesAreNoBlackHoles()
    {
        var path = new SimulatedPath(seed: 4) { MtuBytes = 1472, MixedSizes = true, TickNs = Ms, OutageEveryNs = 2 * Second, OutageNs = 20 * Ms };
        path.Run(100 * Second);
        Assert.That(path.FallBacks, Is.Zero);
        Assert.That(path.Search.CurrentBytes, Is.EqualTo(1472));
    }

    [Test]
    public void ChanceLossIsNoBlackHole()
    {
        var path = new SimulatedPath(seed: 5) { MtuBytes = 8952, MixedSizes = true, LossRate = 0.05 };
        path.Run(600 * Second);
        Assert.That(path.FallBacks, Is.Zero);
    }

    [Test]
    public void ThreeLostProbesOfOneSizeEndTheSearch()
    {
        var search = new PathMtuSearch(0);
        long nowNs = 0;
        for (int loss = 1; loss <= PathMtuSearch.MaxProbeLosses; loss++)
        {
            Assert.That(search.State, Is.Not.EqualTo(PathMtuState.Complete));
            Assert.That(search.WantsProbe(nowNs, out int bytes), Is.True);
            Assert.That(bytes, Is.EqualTo(1280));
            search.OnProbeSent(bytes, nowNs);
            Assert.That(search.WantsProbe(nowNs + Second, out _), Is.False, "one at a time");
            Assert.That(search.NextProbeNs, Is.EqualTo(long.MaxValue));
            search.OnProbeLost(bytes, nowNs);
            Assert.That(search.WantsProbe(nowNs + PathMtuSearch.ProbeRetryNs - 1, out _), Is.False);
            nowNs = search.NextProbeNs;
        }

        Assert.That(search.State, Is.EqualTo(PathMtuState.Complete));
        Assert.That(nowNs, Is.EqualTo(((PathMtuSearch.MaxProbeLosses - 1) * PathMtuSearch.ProbeRetryNs) + PathMtuSearch.RaiseNs));
    }

    [Test]
    public void LossesOfASizeThatThenGetsThroughAreForgotten()
    {
        var search = new PathMtuSearch(0);
        Probe(search, isLost: true);
        Probe(search, isLost: true);
        Probe(search, isLost: false);
        Assert.That(search.CurrentBytes, Is.EqualTo(1280));
        Probe(search, isLost: true);
        Assert.That(search.State, Is.EqualTo(PathMtuState.Searching));
        Probe(search, isLost: true);
        Assert.That(search.State, Is.EqualTo(PathMtuState.Searching));
        Probe(search, isLost: true);
        Assert.That(search.State, Is.EqualTo(PathMtuState.Complete));
    }

    [Test]
    public void EverySearchHasAllItsTries()
    {
        var search = new PathMtuSearch(0);
        for (int round = 0; round < 3; round++)
        {
            for (int loss = 1; loss <= PathMtuSearch.MaxProbeLosses; loss++)
            {
                Assert.That(search.State == PathMtuState.Searching, Is.EqualTo(loss > 1), $"round {round}");
                Probe(search, isLost: true);
            }

            Assert.That(search.State, Is.EqualTo(PathMtuState.Complete), $"round {round}");
        }
    }

    [Test]
    public void AfterAFallBackWhatWasUnderWayBeforeDoesNotCount()
    {
        var search = new PathMtuSearch(0);
        Probe(search, isLost: false);
        search.OnProbeSent(1372, search.NextProbeNs);
        bool fell = false;
        for (ulong i = 0; i < BlackHoleDetector.SuspectLosses; i++)
        {
            fell = search.OnPacketLost(i, 1280, (long)i * BlackHoleDetector.MinSpanNs);
        }

        Assert.That(fell, Is.True);
        long againNs = search.NextProbeNs;
        Assert.That(againNs, Is.EqualTo((3 * BlackHoleDetector.MinSpanNs) + PathMtuSearch.BlackHoleRetryNs));

        search.OnProbeAcked(1280, againNs - 1);
        Assert.That(search.CurrentBytes, Is.EqualTo(ScpLimits.BaseDatagramBytes), "an earlier path's probe");
        for (ulong i = 10; i < 20; i++)
        {
            Assert.That(search.OnPacketLost(i, 1280, (long)i * BlackHoleDetector.MinSpanNs), Is.False);
        }

        Assert.That(search.NextProbeNs, Is.EqualTo(againNs));
    }

    [Test]
    public void AProbeThatArrivesAfterItWasGivenUpCounts()
    {
        var search = new PathMtuSearch(0);
        Probe(search, isLost: true);
        search.OnProbeAcked(1280, 5);
        Assert.That(search.CurrentBytes, Is.EqualTo(1280));
        search.OnProbeAcked(1280, 6);
        search.OnProbeAcked(8952, 6);
        search.OnProbeLost(1280, 6);
        Assert.That(search.CurrentBytes, Is.EqualTo(1280), "neither twice nor for sizes not asked for");
    }

    [Test]
    public void ASizeThisHostRefusesIsTheCeilingAtOnce()
    {
        var search = new PathMtuSearch(0);
        Probe(search, isLost: false);
        Assert.That(search.WantsProbe(search.NextProbeNs, out int bytes), Is.True);
        search.OnRefused(bytes, 7);
        Assert.That(search.State, Is.EqualTo(PathMtuState.Complete));
        Assert.That(search.CurrentBytes, Is.EqualTo(1280));
        Assert.That(search.NextProbeNs, Is.EqualTo(7 + PathMtuSearch.RaiseNs));
        search.OnRefused(1250, 8);
        Assert.That(search.CurrentBytes, Is.EqualTo(ScpLimits.BaseDatagramBytes));
        Assert.That(search.NextProbeNs, Is.EqualTo(8 + PathMtuSearch.BlackHoleRetryNs));
    }

    [Test]
    public void NothingLargerThanTheLimitIsTried()
    {
        var search = new PathMtuSearch(0, limitBytes: 1460);
        while (search.NextProbeNs != long.MaxValue)
        {
            Probe(search, isLost: false);
        }

        Assert.That(search.CurrentBytes, Is.EqualTo(1452));
        Assert.That(search.State, Is.EqualTo(PathMtuState.Complete));
    }

    [Test]
    public void AnotherPathIsSearchedFromTheBaseAtOnce()
    {
        var search = new PathMtuSearch(0);
        Probe(search, isLost: false);
        search.Restart(99);
        Assert.That(search.CurrentBytes, Is.EqualTo(ScpLimits.BaseDatagramBytes));
        Assert.That(search.NextProbeNs, Is.EqualTo(99));
    }

    [Test]
    public void AProbeNobodyAskedForIsABug()
    {
        var search = new PathMtuSearch(10);
        Assert.That(() => search.OnProbeSent(1280, 9), Throws.InvalidOperationException);
        Assert.That(() => search.OnProbeSent(1300, 10), Throws.InvalidOperationException);
        search.OnProbeSent(1280, 10);
        Assert.That(() => search.OnProbeSent(1280, 10), Throws.InvalidOperationException);
    }

    private static void Probe(PathMtuSearch search, bool isLost)
    {
        long nowNs = search.NextProbeNs;
        Assert.That(search.WantsProbe(nowNs, out int bytes), Is.True);
        search.OnProbeSent(bytes, nowNs);
        if (isLost)
        {
            search.OnProbeLost(bytes, nowNs);
        }
        else
        {
            search.OnProbeAcked(bytes, nowNs);
        }
    }

    private static int LargestWithin(int mtu)
    {
        int largest = 0;
        foreach (int candidate in PathMtuSearch.Candidates)
        {
            largest = candidate <= mtu ? candidate : largest;
        }

        return largest;
    }

    /// <summary>
    /// A path of 80 ms that carries a packet every tick, drops what exceeds its MTU, drops by chance and in outages, and
    /// reports: what arrived after a round trip, what did not a quarter later.
    /// </summary>
    private sealed class SimulatedPath(int seed)
    {
        private const long RttNs = 80 * Ms;

        private readonly System.Random _random = new(seed);
        private readonly PriorityQueue<Packet, (long AtNs, ulong Number)> _reports = new();
        private long _nowNs;
        private ulong _nextNumber;
        private int _chanceProbeLosses;

        public PathMtuSearch Search { get; } = new(0);

        public long TickNs { get; init; } = 10 * Ms;

        public int MtuBytes { get; set; } = ScpLimits.BaseDatagramBytes;

        public double LossRate { get; init; }

        public bool MixedSizes { get; init; }

        public long OutageEveryNs { get; init; }

        public long OutageNs { get; init; }

        public int FallBacks { get; private set; }

        /// <summary>Sizes that the path carries and whose three probes were lost all the same.</summary>
        public int FalseCeilings { get; private set; }

        public void Run(long forNs)
        {
            for (long endNs = _nowNs + forNs; _nowNs < endNs; _nowNs += TickNs)
            {
                while (_reports.TryPeek(out Packet? packet, out var at) && at.AtNs <= _nowNs)
                {
                    _ = _reports.Dequeue();
                    Report(packet);
                }

                if (Search.WantsProbe(_nowNs, out int probeBytes))
                {
                    Search.OnProbeSent(probeBytes, _nowNs);
                    Send(probeBytes, isProbe: true);
                }

                bool isSmall = MixedSizes && _random.Next(2) == 0;
                Send(isSmall ? _random.Next(40, Search.CurrentBytes + 1) : Search.CurrentBytes, isProbe: false);
            }
        }

        private void Send(int bytes, bool isProbe)
        {
            bool outage = OutageEveryNs > 0 && _nowNs % OutageEveryNs < OutageNs;
            bool byChance = outage || _random.NextDouble() < LossRate;
            bool arrives = bytes <= MtuBytes && !byChance;
            var packet = new Packet(_nextNumber++, bytes, isProbe, arrives, byChance && bytes <= MtuBytes);
            _reports.Enqueue(packet, (_nowNs + (arrives ? RttNs : RttNs * 5 / 4), packet.Number));
        }

        private void Report(Packet packet)
        {
            if (packet.IsProbe)
            {
                ReportProbe(packet);
            }
            else if (packet.Arrives)
            {
                Search.OnPacketAcked(packet.Number, packet.Bytes);
            }
            else if (Search.OnPacketLost(packet.Number, packet.Bytes, _nowNs))
            {
                FallBacks++;
            }
        }

        private void ReportProbe(Packet packet)
        {
            if (packet.Arrives)
            {
                _chanceProbeLosses = 0;
                Search.OnProbeAcked(packet.Bytes, _nowNs);
                return;
            }

            _chanceProbeLosses = packet.LostByChance ? _chanceProbeLosses + 1 : 0;
            FalseCeilings += _chanceProbeLosses == PathMtuSearch.MaxProbeLosses ? 1 : 0;
            Search.OnProbeLost(packet.Bytes, _nowNs);
        }

        private sealed record Packet(ulong Number, int Bytes, bool IsProbe, bool Arrives, bool LostByChance);
    }
}
