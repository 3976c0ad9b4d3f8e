using Scp.PathModel;
using Scp.Protocol;
using Scp.Protocol.Messages;
using Simulation.Harness;

namespace Simulation.Protocol.Workload;

/// <summary>Draws calls: what a client asks for, and what the handler will make of it.</summary>
internal sealed class CallPlanner(TrafficMix mix, PathRandom random)
{
    private const int OnePacketBytes = 1_100;
    private const int SeveralPacketsBytes = ScpLimits.MaxParts * ScpLimits.PartBytes;
    private const int FloodBytes = 1024 * 1024;

    private PathRandom _random = random;
    private uint _numbers;

    public TrafficMix Mix => mix;

    public Call Draw(int client)
    {
        MessageKind kind = DrawKind();
        bool hasDeadline = _random.Chance(mix.DeadlineShare);
        bool isCancelled = _random.Chance(mix.CancelShare);
        return new Call(++_numbers)
        {
            Client = client,
            Kind = kind,
            Bytes = DrawBytes(),
            Priority = DrawPriority(),
            IsUrgent = _random.Chance(mix.UrgentShare),
            PatienceNs = hasDeadline ? _random.NextBetween(20 * SimTime.Ms, 5 * SimTime.Second) : 0,
            CancelAfterNs = isCancelled ? _random.NextBelow(600 * SimTime.Ms) : 0,
            HandlerNs = DrawHandlerNs(mayNeverAnswer: hasDeadline || isCancelled),
            ReplyStatus = DrawStatus(),
            ReplyBytes = DrawBytes(),
        };
    }

    /// <summary>A request of a flood: one of many at once that together are more than a session holds.</summary>
    public Call DrawFlood(int client, FloodKind kind) => new(++_numbers)
    {
        Client = client,
        Kind = MessageKind.Request,
        Priority = Priority.Request,
        Bytes = kind == FloodKind.LargeRequests ? FloodBytes : 0,
        ReplyBytes = kind switch
        {
            FloodKind.LargeReplies => FloodBytes,
            FloodKind.ManyReplies => SeveralPacketsBytes,
            _ => 0,
        },
    };

    /// <summary>A small call without any trouble: it must succeed wherever a session works.</summary>
    public Call DrawPlain(int client) => new(++_numbers)
    {
        Client = client,
        Kind = MessageKind.Request,
        Priority = Priority.Request,
        Bytes = 64,
        ReplyBytes = 64,
    };

    private MessageKind DrawKind()
    {
        if (_random.Chance(mix.OneWayShare))
        {
            return MessageKind.OneWay;
        }

        return _random.Chance(mix.ReliableShare) ? MessageKind.ReliableOneWay : MessageKind.Request;
    }

    private int DrawBytes()
    {
        if (!_random.Chance(mix.LargeShare))
        {
            return (int)_random.NextBelow(_random.Chance(0.8) ? OnePacketBytes : SeveralPacketsBytes + 1);
        }

        int most = _random.Chance(0.85) ? Math.Min(64 * 1024, mix.MaxMessageBytes) : mix.MaxMessageBytes;
        return (int)_random.NextBetween(SeveralPacketsBytes + 1, most);
    }

    private Priority DrawPriority() => _random.NextBelow(20) switch
    {
        0 => Priority.Control,
        1 or 2 => Priority.Consensus,
        < 7 => Priority.Bulk,
        _ => Priority.Request,
    };

    private long DrawHandlerNs(bool mayNeverAnswer)
    {
        if (mayNeverAnswer && _random.Chance(0.2))
        {
            return -1;
        }

        return _random.NextBelow(10) switch
        {
            < 6 => 0,
            < 9 => _random.NextBelow(100 * SimTime.Ms),
            _ => _random.NextBelow(3 * SimTime.Second),
        };
    }

    private ReplyStatus DrawStatus() => _random.NextBelow(100) switch
    {
        < 86 => ReplyStatus.Ok,
        < 94 => ReplyStatus.Failed,
        _ => ReplyStatus.NotRun,
    };
}
