namespace Scp.Protocol.Messages;

/// <summary>How a message is to be sent.</summary>
public readonly record struct MessageOptions
{
    public MessageOptions()
    {
    }

    /// <summary>Which handler of the peer it is for.</summary>
    public uint Topic { get; init; }

    public Priority Priority { get; init; } = Priority.Request;

    /// <summary>Worth more bytes than the budget for redundancy gives: sent two or three times at once on a path that loses.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>When the caller stops waiting; zero for never.</summary>
    public long DeadlineNs { get; init; }

    public TraceContext? Trace { get; init; }

    /// <summary>Comes back with the outcome.</summary>
    public long Context { get; init; }
}
