using Scp.PathModel;
using Simulation.Harness;
using Simulation.Network;
using Simulation.Protocol.Nodes;

namespace Simulation.Protocol.Faults;

/// <summary>
/// Lets things go wrong at random times, each for a while, several at once; by the time of healing all are over and the paths
/// are what they were at first.
/// </summary>
internal sealed class FaultScheduler : ISimSource
{
    private readonly SimServices _services;
    private readonly SimNode[] _nodes;
    private readonly (int One, int Other)[] _links;
    private readonly FaultMix _mix;
    private readonly DeliveryQueue<Fault> _beginning = new();
    private readonly DeliveryQueue<Fault> _ending = new();
    private readonly int[] _counts = new int[Enum.GetValues<FaultKind>().Length];
    private readonly long _healAtNs;
    private PathRandom _random;

    public FaultScheduler(SimServices services, SimNode[] nodes, (int One, int Other)[] links, int faults, long fromNs, long healAtNs, PathRandom random)
    {
        _services = services;
        _nodes = nodes;
        _links = links;
        _healAtNs = healAtNs;
        _random = random;
        _mix = new FaultMix(ref _random);
        for (int i = 0; i < faults; i++)
        {
            _ = _beginning.TryEnqueue(_random.NextBetween(fromNs, healAtNs - SimTime.Second), Draw());
        }
    }

    public long NextAtNs => Math.Min(_beginning.NextAtNs, _ending.NextAtNs);

    /// <summary>How many of each kind there were.</summary>
    public int this[FaultKind kind] => _counts[(int)kind];

    public int Total => _counts.Sum();

    public void Advance(long nowNs)
    {
        while (_ending.TryDequeueDue(nowNs, out Fault ended))
        {
            Log(nowNs, ended, "ends");
            End(ended, nowNs);
        }

        while (_beginning.TryDequeueDue(nowNs, out Fault fault))
        {
            Log(nowNs, fault, "begins");
            _counts[(int)fault.Kind]++;
            long endNs = Math.Min(nowNs + fault.LengthNs, _healAtNs);
            Begin(fault, nowNs, endNs);
            _ = _ending.TryEnqueue(endNs, fault);
        }
    }

    private Fault Draw()
    {
        FaultKind kind = _mix.Draw(ref _random);
        (int one, int other) = _links[_random.NextBelow(_links.Length)];
        if (_random.Chance(0.5))
        {
            (one, other) = (other, one);
        }

        // Short ones are the more common, since several in a row find more than one long silence.
        long lengthNs = _random.NextBelow(10) switch
        {
            < 5 => _random.NextBetween(20 * SimTime.Ms, 800 * SimTime.Ms),
            < 9 => _random.NextBetween(SimTime.Second / 2, 5 * SimTime.Second),
            _ => _random.NextBetween(5 * SimTime.Second, 20 * SimTime.Second),
        };
        return new Fault(kind, one, other, lengthNs);
    }

    private void Begin(in Fault fault, long nowNs, long endNs)
    {
        SimPath there = _services.Paths[fault.One, fault.Other];
        SimPath back = _services.Paths[fault.Other, fault.One];
        switch (fault.Kind)
        {
            case FaultKind.CutBothWays or FaultKind.CutOneWay or FaultKind.BlockDatagrams or FaultKind.BlockLanes:
                Cut(fault, there, back);
                break;
            case FaultKind.BreakLane:
                _ = _services.Lanes.TryBreakOne(fault.One, fault.Other, nowNs);
                break;
            case FaultKind.LoseMany:
                there.SetLoss(_random.NextBetween(5, 90) / 100.0, nowNs);
                break;
            case FaultKind.ChangeRoute:
                there.Replace(RandomProfiles.DrawDetour(ref _random), nowNs);
                break;
            case FaultKind.Rebind:
                _services.Addresses.Rebind(fault.One, nowNs);
                break;
            case FaultKind.ShrinkMtu:
                there.SetMtu((int)_random.NextBetween(RandomProfiles.MinMtuBytes, there.Base.MtuBytes), nowNs);
                break;
            case FaultKind.GrowMtu:
                there.SetMtu((int)_random.NextBetween(there.Base.MtuBytes, RandomProfiles.MaxMtuBytes), nowNs);
                break;
            case FaultKind.PauseNode:
                _nodes[fault.One].Pause(Math.Min(endNs, nowNs + (5 * SimTime.Second)));
                break;
            case FaultKind.StallApplication:
                _nodes[fault.One].StallApplication(Math.Min(endNs, nowNs + (3 * SimTime.Second)));
                break;
            case FaultKind.RestartNode:
                _nodes[fault.One].Restart(nowNs);
                break;
            default:
                throw new InvalidOperationException($"Nobody knows how {fault.Kind} begins.");
        }
    }

    private void End(in Fault fault, long nowNs)
    {
        SimPath there = _services.Paths[fault.One, fault.Other];
        SimPath back = _services.Paths[fault.Other, fault.One];
        switch (fault.Kind)
        {
            case FaultKind.CutBothWays or FaultKind.CutOneWay or FaultKind.BlockDatagrams or FaultKind.BlockLanes:
                Heal(fault, there, back);
                break;
            case FaultKind.LoseMany:
                there.SetLoss(0, nowNs);
                break;
            case FaultKind.ChangeRoute:
                there.Replace(null, nowNs);
                break;
            case FaultKind.ShrinkMtu or FaultKind.GrowMtu:
                there.SetMtu(0, nowNs);
                break;
            default:
                break;
        }
    }

    private static void Cut(in Fault fault, SimPath there, SimPath back)
    {
        if (fault.Kind != FaultKind.BlockLanes)
        {
            there.CutDatagrams();
        }

        if (fault.Kind != FaultKind.BlockDatagrams)
        {
            there.CutLanes();
        }

        if (fault.Kind is FaultKind.CutBothWays or FaultKind.BlockDatagrams)
        {
            back.CutDatagrams();
        }

        if (fault.Kind is FaultKind.CutBothWays or FaultKind.BlockLanes)
        {
            back.CutLanes();
        }
    }

    private static void Heal(in Fault fault, SimPath there, SimPath back)
    {
        if (fault.Kind != FaultKind.BlockLanes)
        {
            there.HealDatagrams();
        }

        if (fault.Kind != FaultKind.BlockDatagrams)
        {
            there.HealLanes();
        }

        if (fault.Kind is FaultKind.CutBothWays or FaultKind.BlockDatagrams)
        {
            back.HealDatagrams();
        }

        if (fault.Kind is FaultKind.CutBothWays or FaultKind.BlockLanes)
        {
            back.HealLanes();
        }
    }

    private void Log(long nowNs, in Fault fault, string what)
    {
        if (_services.Trace.IsOn)
        {
            _services.Trace.Write(nowNs, $"fault {fault.Kind} n{fault.One} n{fault.Other} {what}");
        }
    }

    private readonly record struct Fault(FaultKind Kind, int One, int Other, long LengthNs);
}
