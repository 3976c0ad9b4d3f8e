using Scp.Protocol.Messages;

namespace Scp.Protocol.Session;

/// <summary>
/// One event. <see cref="Payload"/> belongs to the session and is valid until the next call of <c>PollEvent</c>.
/// </summary>
public readonly struct SessionEvent
{
    public SessionEventKind Kind { get; init; }

    /// <summary>Request, Message, Cancelled: the peer's id for it.</summary>
    public MessageId Id { get; init; }

    /// <summary>Completed: what the caller gave with the message.</summary>
    public long Context { get; init; }

    public CallOutcome Outcome { get; init; }

    public ReplyStatus Status { get; init; }

    public ErrorCode Code { get; init; }

    public Priority Priority { get; init; }

    public uint Topic { get; init; }

    /// <summary>Request: when its caller stops waiting, by this side's clock; zero for never.</summary>
    public long DeadlineNs { get; init; }

    public TraceContext? Trace { get; init; }

    public StreamId Stream { get; init; }

    internal byte[]? Buffer { get; init; }

    internal int Length { get; init; }

    public ReadOnlySpan<byte> Payload => Buffer.AsSpan(0, Length);
}
