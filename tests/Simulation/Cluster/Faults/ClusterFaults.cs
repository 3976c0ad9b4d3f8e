using Scp.PathModel;
using Simulation.Cluster.Nodes;
using Simulation.Harness;
using Simulation.Network;

namespace Simulation.Cluster.Faults;

/// <summary>
/// Lets things go wrong at random times, several at once, each for a while; by the time of healing everything runs that
/// can. How likely each is differs from seed to seed, for one that happens all the time hides what happens without it.
/// </summary>
internal sealed class ClusterFaults
{
    /// <summary>A promise may lose one leap of the clock unnoticed, as its margin allows; two within one would be a clock that cannot be leant on.</summary>
    private const long BetweenClockJumpsNs = 4 * SimTime.Second;

    private static readonly (ClusterEvent Kind, int MaxWeight)[] Kinds =
    [
        (ClusterEvent.CutsBothWays, 4),
        (ClusterEvent.CutsOneWay, 4),
        (ClusterEvent.NodesIsolated, 4),
        (ClusterEvent.Partitions, 3),
        (ClusterEvent.LossBursts, 2),
        (ClusterEvent.Detours, 2),
        (ClusterEvent.PowerCuts, 5),
        (ClusterEvent.ProcessCrashes, 5),
        (ClusterEvent.WholeClusterCrashes, 2),
        (ClusterEvent.Pauses, 4),
        (ClusterEvent.ClockJumpsForward, 2),
        (ClusterEvent.ClockJumpsBackward, 2),
        (ClusterEvent.SlowDisks, 2),
        (ClusterEvent.FailedSyncs, 3),
        (ClusterEvent.FullDisks, 2),
        (ClusterEvent.RottenDisks, 1),
        (ClusterEvent.LostDisks, 1),
    ];

    private readonly ClusterServices _services;
    private readonly int[] _weights;
    private PathRandom _random;
    private bool _isOneOut;
    private long _clockJumpedAtNs = -BetweenClockJumpsNs;

    public ClusterFaults(ClusterServices services, PathRandom random)
    {
        _services = services;
        _random = random;
        _weights = [.. Kinds.Select(kind => (int)Math.Max(0, _random.NextBelow(kind.MaxWeight + 2) - 1))];
        _weights[(int)_random.NextBelow(_weights.Length)] += 2;
        for (int i = 0; i < services.Plan.Faults; i++)
        {
            services.Agenda.At(_random.NextBetween(services.Plan.FaultsFromNs, services.Plan.HealAtNs - SimTime.Second), Begin);
        }

        services.Agenda.At(services.Plan.HealAtNs, Heal);
    }

    private long NowNs => _services.Agenda.NowNs;

    private PathTable Paths => _services.Network.Paths;

    private void Begin()
    {
        long left = _random.NextBelow(_weights.Sum());
        int at = 0;
        while (left >= _weights[at])
        {
            left -= _weights[at++];
        }

        ClusterEvent kind = Kinds[at].Kind;
        ClusterNode[] inUse = [.. _services.Nodes.Where(node => node.IsInUse)];
        ClusterNode one = inUse[_random.NextBelow(inUse.Length)];
        ClusterNode other = inUse[_random.NextBelow(inUse.Length)];
        Trace($"{kind} {one.Id} {other.Id}");
        _services.Counts.NoteFault(kind);
        if (kind <= ClusterEvent.Detours)
        {
            Disturb(kind, one, other);
        }
        else if (kind <= ClusterEvent.ClockJumpsBackward)
        {
            Strike(kind, one);
        }
        else
        {
            Harm(kind, one);
        }
    }

    /// <summary>Faults of the network.</summary>
    private void Disturb(ClusterEvent kind, ClusterNode one, ClusterNode other)
    {
        switch (kind)
        {
            case ClusterEvent.CutsBothWays:
                Cut([one.Index], [other.Index], oneWay: false);
                break;
            case ClusterEvent.CutsOneWay:
                Cut([one.Index], [other.Index], oneWay: true);
                break;
            case ClusterEvent.NodesIsolated:
                Cut([one.Index], [.. All().Where(node => node != one.Index)], oneWay: _random.Chance(0.3));
                break;
            case ClusterEvent.Partitions:
                int[] here = [.. All().Where(_ => _random.Chance(0.5))];
                Cut(here, [.. All().Except(here)], oneWay: _random.Chance(0.2));
                break;
            case ClusterEvent.LossBursts:
                double loss = _random.NextBetween(5, 80) / 100.0;
                ForAWhile(Between(one, other), path => path.SetLoss(loss, NowNs), path => path.SetLoss(0, NowNs));
                break;
            default:
                PathProfile detour = RandomProfiles.DrawDetour(ref _random);
                ForAWhile(Between(one, other), path => path.Replace(detour, NowNs), path => path.Replace(null, NowNs));
                break;
        }
    }

    /// <summary>Faults of machines and processes.</summary>
    private void Strike(ClusterEvent kind, ClusterNode node)
    {
        switch (kind)
        {
            case ClusterEvent.PowerCuts or ClusterEvent.ProcessCrashes:
                Crash(node, losesPower: kind == ClusterEvent.PowerCuts, EndOf(DrawLength()));
                break;
            case ClusterEvent.WholeClusterCrashes:
                bool losesPower = _random.Chance(0.7);
                foreach (ClusterNode any in _services.Nodes.Where(any => any.IsInUse))
                {
                    Crash(any, losesPower, EndOf(DrawLength() / 4));
                }

                break;
            case ClusterEvent.Pauses when node.Process is { } process:
                process.PausedUntilNs = Math.Max(process.PausedUntilNs, EndOf(DrawLength()));
                break;
            case ClusterEvent.ClockJumpsForward or ClusterEvent.ClockJumpsBackward when NowNs - _clockJumpedAtNs >= BetweenClockJumpsNs:
                _clockJumpedAtNs = NowNs;
                long byNs = _random.Chance(0.5) ? _random.NextBetween(SimTime.Ms, 200 * SimTime.Ms) : _random.NextBetween(200 * SimTime.Ms, 10 * SimTime.Second);
                node.Clock.Jump(kind == ClusterEvent.ClockJumpsForward ? byNs : -byNs, NowNs);
                break;
        }
    }

    /// <summary>Faults of disks.</summary>
    private void Harm(ClusterEvent kind, ClusterNode node)
    {
        switch (kind)
        {
            case ClusterEvent.SlowDisks:
                node.SlownessNs = _random.NextBetween(20 * SimTime.Ms, 600 * SimTime.Ms);
                _services.Agenda.At(EndOf(DrawLength()), () => node.SlownessNs = 0);
                break;
            case ClusterEvent.FailedSyncs:
                node.Disk.FailsNextSync = true;
                break;
            case ClusterEvent.FullDisks:
                node.Disk.CapacityBytes = 0;
                _services.Agenda.At(EndOf(2 * DrawLength()), () => node.Disk.CapacityBytes = long.MaxValue);
                break;
            default:
                Ruin(kind, node);
                break;
        }
    }

    /// <summary>At most one node of a seed, so that every group keeps a majority.</summary>
    private void Ruin(ClusterEvent kind, ClusterNode node)
    {
        if (_isOneOut || node.Index >= _services.Plan.Nodes)
        {
            return;
        }

        _isOneOut = true;
        if (kind == ClusterEvent.RottenDisks)
        {
            node.Rot();
        }
        else
        {
            node.LoseDisk();
        }

        _services.Agenda.In(_random.NextBelow(SimTime.Second), node.Start);
    }

    private void Crash(ClusterNode node, bool losesPower, long untilNs)
    {
        node.Kill(losesPower);
        _services.Agenda.At(untilNs, node.Start);
    }

    private void Cut(int[] here, int[] there, bool oneWay)
    {
        List<SimPath> paths = [];
        foreach (int from in here)
        {
            foreach (int to in there.Where(to => to != from))
            {
                paths.Add(Paths[from, to]);
                if (!oneWay)
                {
                    paths.Add(Paths[to, from]);
                }
            }
        }

        ForAWhile(paths, path => path.CutDatagrams(), path => path.HealDatagrams());
    }

    private SimPath[] Between(ClusterNode one, ClusterNode other) => _random.NextBelow(3) switch
    {
        0 => [Paths[one.Index, other.Index]],
        1 => [Paths[one.Index, other.Index], Paths[other.Index, one.Index]],
        _ => [.. All().Where(node => node != one.Index).SelectMany(node => new[] { Paths[one.Index, node], Paths[node, one.Index] })],
    };

    private void ForAWhile(IReadOnlyList<SimPath> paths, Action<SimPath> begin, Action<SimPath> end)
    {
        foreach (SimPath path in paths)
        {
            begin(path);
        }

        _services.Agenda.At(EndOf(DrawLength()), () =>
        {
            foreach (SimPath path in paths)
            {
                end(path);
            }
        });
    }

    private IEnumerable<int> All() => Enumerable.Range(0, _services.Nodes.Length);

    private long EndOf(long lengthNs) => Math.Min(NowNs + lengthNs, _services.Plan.HealAtNs);

    private long DrawLength() => _random.NextBelow(10) switch
    {
        < 5 => _random.NextBetween(20 * SimTime.Ms, 900 * SimTime.Ms),
        < 9 => _random.NextBetween(SimTime.Second / 2, 4 * SimTime.Second),
        _ => _random.NextBetween(4 * SimTime.Second, 10 * SimTime.Second),
    };

    /// <summary>Everything that ended with a fault has ended. What was stopped, and can, runs again.</summary>
    private void Heal()
    {
        Trace($"faults are over");
        foreach (ClusterNode node in _services.Nodes.Where(node => node.IsInUse))
        {
            node.Disk.FailsNextSync = false;
            node.Disk.CapacityBytes = long.MaxValue;
            node.SlownessNs = 0;
            node.Start();
        }
    }

    private void Trace(FormattableString what)
    {
        if (_services.Trace.IsOn)
        {
            _services.Trace.Write(NowNs, $"fault: {FormattableString.Invariant(what)}");
        }
    }
}
