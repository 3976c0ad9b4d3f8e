using Scp.PathModel;
using Scp.Protocol;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Protocol.Nodes;

namespace Simulation.Protocol.Workload;

/// <summary>
/// The application of one node: a client that acts at random times in whichever of its sessions it likes, and the handlers of
/// what its peers ask. A client without a session waits for one, so that a seed does all that it planned.
/// </summary>
internal sealed class NodeApplication : IApplication
{
    private const long RetryNs = 100 * SimTime.Ms;

    private readonly SimNode _node;
    private readonly CallTraffic _calls;
    private readonly StreamTraffic _streams;
    private readonly TrafficCounts _counts;
    private readonly TrafficMix _mix;
    private readonly long _meanGapNs;
    private readonly long _untilNs;
    private PathRandom _random;
    private long _dueNs;
    private long _wakeNs;

    public NodeApplication(SimNode node, WorkloadServices services, long fromNs, long untilNs)
    {
        _node = node;
        _mix = services.Mix;
        _counts = services.Counts;
        _random = services.Fork();
        _calls = new CallTraffic(node, services.Calls, services.CallChecker, services.Counts, services.Fork());
        _streams = new StreamTraffic(node, services.Streams, services.StreamChecker, services.Counts);
        _meanGapNs = (untilNs - fromNs) * services.Nodes / (_mix.Calls + _mix.Streams);
        _untilNs = untilNs;
        _dueNs = fromNs + _random.NextExponential(_meanGapNs);
        _wakeNs = _dueNs;
    }

    public CallTraffic Calls => _calls;

    public long NextAtNs => Math.Min(_wakeNs, Math.Min(_calls.NextAtNs, _streams.NextAtNs));

    public void Advance(long nowNs)
    {
        _calls.Advance(nowNs);
        _streams.Advance(nowNs);
        while (_wakeNs <= nowNs)
        {
            if (TryAct(nowNs))
            {
                // The schedule does not wait for a session: what was missed is made up for at once.
                _dueNs += _random.NextExponential(_meanGapNs);
                _wakeNs = _dueNs > _untilNs ? long.MaxValue : _dueNs;
            }
            else
            {
                _wakeNs = nowNs > _untilNs ? long.MaxValue : nowNs + RetryNs;
            }
        }
    }

    public void OnOpened(Peering peering, long nowNs)
    {
    }

    public void OnEvent(Peering peering, in SessionEvent item, long nowNs)
    {
        switch (item.Kind)
        {
            case >= SessionEventKind.StreamOpened and <= SessionEventKind.StreamSent:
                _streams.OnEvent(peering, item, nowNs);
                break;
            case SessionEventKind.Closed:
                _streams.OnClosed(peering);
                break;
            default:
                _calls.OnEvent(peering, item, nowNs);
                break;
        }
    }

    public void OnRestarted(long nowNs)
    {
        _calls.OnRestarted(nowNs);
        _streams.OnRestarted();
    }

    private bool TryAct(long nowNs)
    {
        if (PickSession() is not { } peering)
        {
            return false;
        }

        if (_random.Chance(_mix.CloseShare))
        {
            _counts.SessionsClosed++;
            peering.Session.Close(ErrorCode.None, "enough for now", nowNs);
        }
        else if (_random.NextBelow(_mix.Calls + _mix.Streams) < _mix.Streams)
        {
            _streams.Open(peering, nowNs);
        }
        else
        {
            _calls.SendNext(peering, nowNs);
        }

        return true;
    }

    /// <summary>One of the sessions that have not ended; those that are not up yet take messages too.</summary>
    private Peering? PickSession()
    {
        int open = 0;
        foreach (Peering peering in _node.Peerings)
        {
            open += IsUsable(peering) ? 1 : 0;
        }

        if (open == 0)
        {
            return null;
        }

        long picked = _random.NextBelow(open);
        foreach (Peering peering in _node.Peerings)
        {
            if (IsUsable(peering) && picked-- == 0)
            {
                return peering;
            }
        }

        return null;
    }

    private static bool IsUsable(Peering peering) => !peering.IsOver && !peering.Session.IsClosed;
}
