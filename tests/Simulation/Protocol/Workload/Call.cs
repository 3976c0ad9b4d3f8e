using Scp.Protocol;
using Scp.Protocol.Messages;
using Simulation.Protocol.Nodes;

namespace Simulation.Protocol.Workload;

/// <summary>
/// One message of a client, from its plan to its outcome: what is asked, what the handler will do with it, and what has
/// happened so far on both sides. The simulation knows both, so neither has to carry anything but its number.
/// </summary>
internal sealed class Call(uint number)
{
    public const int RequestLeg = 0;
    public const int ReplyLeg = 1;

    /// <summary>Travels as the topic, and comes back as the context.</summary>
    public uint Number => number;

    public int Client { get; init; }

    public int Server { get; set; }

    public MessageKind Kind { get; init; }

    public int Bytes { get; init; }

    public Priority Priority { get; init; }

    public bool IsUrgent { get; init; }

    /// <summary>How long the client waits; zero for ever.</summary>
    public long PatienceNs { get; init; }

    /// <summary>After which time the client withdraws it; zero for never.</summary>
    public long CancelAfterNs { get; init; }

    /// <summary>How long the handler thinks; negative when it never answers.</summary>
    public long HandlerNs { get; init; }

    public ReplyStatus ReplyStatus { get; init; }

    public int ReplyBytes { get; init; }

    public Peering? Peering { get; set; }

    public MessageHandle Handle { get; set; }

    public long SentAtNs { get; set; }

    public long DeadlineNs { get; set; }

    public bool IsCancelled { get; set; }

    public int Deliveries { get; set; }

    public long DeliveredAtNs { get; set; }

    /// <summary>The session in which it reached the handler.</summary>
    public Peering? ServedBy { get; set; }

    /// <summary>The handler's answer was accepted.</summary>
    public bool IsAnswered { get; set; }

    public long AnsweredAtNs { get; set; }

    public bool IsCompleted { get; set; }

    public CallOutcome Outcome { get; set; }

    public ErrorCode Code { get; set; }

    public long CompletedAtNs { get; set; }

    public bool HasOutcome => Kind is MessageKind.Request or MessageKind.ReliableOneWay;

    public override string ToString() => $"{Kind} {number} of n{Client} to n{Server}";
}
