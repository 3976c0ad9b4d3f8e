using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Transport.Engine;

namespace Scp.Transport;

/// <summary>How a call or one-way is to be sent. The default is an ordinary request without a deadline.</summary>
public readonly record struct CallOptions
{
    private readonly Priority? _priority;

    /// <summary>That of requests unless another is named.</summary>
    public Priority Priority
    {
        get => _priority ?? Priority.Request;
        init => _priority = value;
    }

    /// <summary>Worth two or three copies at once where the path loses packets.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>
    /// How long the caller waits. The peer learns how much is left when the request arrives, and does not begin what is
    /// late already. Null, or <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>, for as long as it takes.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The caller's place in a trace; by default that of <see cref="System.Diagnostics.Activity.Current"/>.</summary>
    public TraceContext? Trace { get; init; }

    /// <summary>
    /// The continuation runs on the engine's own thread: no change of thread, and everything else waits meanwhile. For
    /// code that never blocks.
    /// </summary>
    public bool ContinueInline { get; init; }

    /// <summary>By this side's monotonic clock; zero for none. Set by <see cref="ScpRequest.Onward"/>.</summary>
    internal long DeadlineNs { get; init; }

    /// <summary>
    /// The same with what belongs to the moment of the call fixed, once: the deadline, so that what waits in line grows no
    /// younger, and the place in the trace, which the engine's thread does not know.
    /// </summary>
    internal CallOptions At(long nowNs)
    {
        CallOptions options = Trace is null && ScpTelemetry.CurrentTrace() is { } trace ? this with { Trace = trace } : this;
        if (Timeout is not { } timeout)
        {
            return options;
        }

        if (timeout == System.Threading.Timeout.InfiniteTimeSpan)
        {
            return options with { Timeout = null };
        }

        long ownNs = Math.Max(nowNs + 1, MonotonicClock.After(nowNs, timeout));
        return options with { Timeout = null, DeadlineNs = DeadlineNs == 0 ? ownNs : Math.Min(DeadlineNs, ownNs) };
    }

    internal TimeSpan? TimeLeft(long nowNs) => DeadlineNs == 0 ? null : TimeSpan.FromTicks(Math.Max(0, (DeadlineNs - nowNs) / 100));

    internal MessageOptions ToMessage(uint topic, long context)
    {
        return new MessageOptions
        {
            Topic = topic,
            Priority = Priority,
            IsUrgent = IsUrgent,
            DeadlineNs = DeadlineNs,
            Trace = Trace,
            Context = context,
        };
    }
}
