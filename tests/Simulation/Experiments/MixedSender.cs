using Scp.PathModel;
using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Protocol.Nodes;

namespace Simulation.Experiments;

/// <summary>Offers more bulk messages at once than go out at once, and now and then a few that are more urgent.</summary>
internal sealed class MixedSender(PriorityChecker checker, int bulkMessages, PathRandom random) : IApplication
{
    private const int MaxBytes = 1000;
    private const long BurstGapNs = 400 * SimTime.Ms;

    private readonly byte[] _message = new byte[MaxBytes];
    private PathRandom _random = random;
    private Peering? _peering;
    private long _burstAtNs = long.MaxValue;
    private long _urgentAtNs = long.MaxValue;
    private uint _numbers;

    public long NextAtNs => Math.Min(_burstAtNs, _urgentAtNs);

    public void Begin(long nowNs) => (_burstAtNs, _urgentAtNs) = (nowNs, nowNs);

    public void Advance(long nowNs)
    {
        if (_burstAtNs <= nowNs)
        {
            _burstAtNs = nowNs + BurstGapNs;
            for (int i = 0; i < bulkMessages; i++)
            {
                Send(Priority.Bulk, nowNs);
            }
        }

        if (_urgentAtNs <= nowNs)
        {
            _urgentAtNs = nowNs + _random.NextExponential(3 * SimTime.Ms);
            Send((Priority)_random.NextBelow((int)Priority.Bulk), nowNs);
        }
    }

    public void OnOpened(Peering peering, long nowNs) => _peering = peering;

    public void OnEvent(Peering peering, in SessionEvent item, long nowNs)
    {
    }

    public void OnRestarted(long nowNs)
    {
    }

    private void Send(Priority priority, long nowNs)
    {
        var options = new MessageOptions { Topic = ++_numbers, Priority = priority };
        ReadOnlySpan<byte> payload = _message.AsSpan(0, (int)_random.NextBelow(MaxBytes));
        if (_peering!.Session.TrySend(MessageKind.ReliableOneWay, payload, options, nowNs, out _) == SendStatus.Accepted)
        {
            checker.OnSent(_numbers, priority, nowNs);
        }
    }
}
