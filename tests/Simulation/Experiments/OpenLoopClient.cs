using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Protocol.Nodes;

namespace Simulation.Experiments;

/// <summary>Sends one request every 1/rate seconds, whatever became of the last, and notes when each was answered.</summary>
internal sealed class OpenLoopClient(LatencyTraffic traffic) : IApplication
{
    private readonly byte[] _request = new byte[traffic.RequestBytes];
    private readonly List<long> _latenciesNs = [];
    private Peering? _peering;
    private long _beginNs;
    private long _sent;
    private long _last;
    private bool _isMeasuring;

    public IReadOnlyList<long> LatenciesNs => _latenciesNs;

    /// <summary>Measured requests, answered or not.</summary>
    public long Measured { get; private set; }

    public long NextAtNs => _sent < _last ? _beginNs + (_sent * SimTime.Second / traffic.RequestsPerSecond) : long.MaxValue;

    public void Begin(long nowNs, int seconds, bool isMeasured)
    {
        _beginNs = nowNs;
        _sent = 0;
        _last = (long)traffic.RequestsPerSecond * seconds;
        _isMeasuring = isMeasured;
    }

    public void Advance(long nowNs)
    {
        for (; NextAtNs <= nowNs; _sent++)
        {
            // The context is the scheduled time of what is measured, and zero for what is not.
            var options = new MessageOptions { Context = _isMeasuring ? NextAtNs : 0, IsUrgent = traffic.IsUrgent };
            Measured += _isMeasuring ? 1 : 0;
            _ = _peering!.Session.TrySend(MessageKind.Request, _request, options, nowNs, out _);
        }
    }

    public void OnOpened(Peering peering, long nowNs) => _peering = peering;

    public void OnEvent(Peering peering, in SessionEvent item, long nowNs)
    {
        if (item is { Kind: SessionEventKind.Completed, Outcome: CallOutcome.Replied, Context: > 0 })
        {
            _latenciesNs.Add(nowNs - item.Context);
        }
    }

    public void OnRestarted(long nowNs)
    {
    }
}
