using Wan.Commands;
using Wan.Control;
using Wan.Forwarding;
using Wan.Network;
using Wan.Settings;

namespace Wan.Daemon;

/// <summary>A running WAN: its nodes, the forwarder between them, and what commands do to it.</summary>
internal sealed class WanInstance : IDisposable
{
    private readonly DaemonOptions _options;
    private readonly Node[] _nodes;
    private readonly PacketPool _pool;
    private readonly Forwarder _forwarder;
    private readonly MonotonicClock _clock = new();

    public WanInstance(DaemonOptions options)
    {
        _options = options;
        _nodes = [.. Enumerable.Range(1, options.Nodes).Select(number => Node.Create(number, options.MtuBytes))];
        _pool = new PacketPool(options.MtuBytes);
        var core = new ForwardingCore(options.Nodes, options.Profile, options.Seed, _pool, _clock.NowNs);
        core.Reserve();
        _forwarder = new Forwarder(core, _pool, _clock, [.. _nodes.Select(node => node.DeviceDescriptor)], options.Urgency);
        _forwarder.Start();

        // The thread has said by its first answer how urgently it may run.
        _forwarder.Invoke((_, _) => { });
    }

    public int[] Namespaces => [.. _nodes.Select(node => node.NamespaceDescriptor)];

    public ControlResponse Handle(ControlRequest request)
    {
        if (CheckPair(request) is { } problem)
        {
            return Refusal(problem);
        }

        return request.Verb switch
        {
            ControlVerb.Set => Set(request),
            ControlVerb.Cut => OnPairs(request, pair => pair.Direction.Cut()),
            ControlVerb.Heal => OnPairs(request, pair => pair.Direction.Heal()),
            ControlVerb.Stats => new ControlResponse { Stats = Report(request.Reset) },
            _ => new ControlResponse(),
        };
    }

    public void Dispose()
    {
        _forwarder.Dispose();
        _pool.Dispose();
        foreach (Node node in _nodes)
        {
            node.Dispose();
        }
    }

    private string? CheckPair(ControlRequest request)
    {
        if (request is { From: 0, To: 0 })
        {
            return null;
        }

        bool exist = request.From >= 1 && request.From <= _nodes.Length && request.To >= 1 && request.To <= _nodes.Length;
        return exist && request.From != request.To
            ? null
            : $"there is no pair {request.From} {request.To}: name two different nodes of 1 to {_nodes.Length}";
    }

    private ControlResponse Set(ControlRequest request)
    {
        if (!PathSettings.TryParse(request.Settings, out PathSettings? settings, out string? problem))
        {
            return Refusal(problem);
        }

        _forwarder.Invoke((core, nowNs) =>
        {
            // All or nothing: what one direction refuses is applied to none.
            var changes = PairsOf(core, request).Select(pair => (Pair: pair, Profile: settings.ApplyTo(pair.Direction.Profile))).ToList();
            problem = changes.Select(change => change.Profile.Validate()).FirstOrDefault(problems => problems.Count > 0) is { } problems
                ? string.Join(' ', problems)
                : null;
            if (problem is null)
            {
                changes.ForEach(change => change.Pair.Direction.Apply(change.Profile, nowNs));
            }
        });
        return problem is null ? new ControlResponse() : Refusal(problem);
    }

    private ControlResponse OnPairs(ControlRequest request, Action<Pair> action)
    {
        _forwarder.Invoke((core, _) =>
        {
            foreach (Pair pair in PairsOf(core, request))
            {
                action(pair);
            }
        });
        return new ControlResponse();
    }

    private static IEnumerable<Pair> PairsOf(ForwardingCore core, ControlRequest request)
    {
        if (request.From == 0)
        {
            return core.Pairs;
        }

        Pair there = core.Between(request.From, request.To);
        return request.OneWay ? [there] : [there, core.Between(request.To, request.From)];
    }

    private StatsReport Report(bool reset)
    {
        StatsReport? report = null;
        long[] dropped = [.. _nodes.Select(node => node.DroppedByDevice)];
        _forwarder.Invoke((core, nowNs) =>
        {
            report = new StatsReport
            {
                Name = _options.Name,
                Pid = Environment.ProcessId,
                Seed = _options.Seed,
                SecondsUp = nowNs / 1e9,
                Urgency = _forwarder.Urgency.ToString().ToLowerInvariant(),
                Lateness = LatenessReport.Of(core.Lateness),
                Intake = LatenessReport.Of(core.IntakeLag),
                Nodes = [.. _nodes.Select(node => ReportOn(node.Number, core, dropped[node.Number - 1]))],
                Pairs = [.. core.Pairs.Select((pair, index) => PairReport.Of(pair, core.Baseline(index)))],
            };
            if (reset)
            {
                core.ResetCounters();
            }
        });
        return report!;
    }

    private NodeReport ReportOn(int node, ForwardingCore core, long dropped) => new()
    {
        Node = node,
        V4 = AddressPlan.V4(node).ToString(),
        V6 = AddressPlan.V6(node).ToString(),
        Unroutable = core.Unroutable(node),
        NoRoom = core.NoRoom(node),
        DroppedByDevice = dropped,
        Lost = _forwarder.LostNodes().Contains(node),
    };

    private static ControlResponse Refusal(string problem) => new() { Problem = problem, ExitCode = ExitCode.Usage };
}
