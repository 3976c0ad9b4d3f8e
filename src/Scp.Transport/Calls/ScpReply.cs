using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Transport.Calls;

namespace Scp.Transport;

/// <summary>
/// How a call ended, and what came back. Dispose it when the payload has been read: its memory then serves the next call.
/// One that is not disposed is left to the collector.
/// </summary>
public readonly struct ScpReply : IDisposable, IEquatable<ScpReply>
{
    private readonly CallOperation? _operation;
    private readonly short _version;

    internal ScpReply(CallOperation operation, short version, CallOutcome outcome, ReplyStatus status, ErrorCode code)
    {
        _operation = operation;
        _version = version;
        Outcome = outcome;
        Status = status;
        Code = code;
    }

    internal ScpReply(ErrorCode code)
    {
        Outcome = CallOutcome.NotRun;
        Status = ReplyStatus.NotRun;
        Code = code;
    }

    /// <summary>Replied, certainly not run, or unknown.</summary>
    public CallOutcome Outcome { get; }

    /// <summary>What the handler said, when it replied.</summary>
    public ReplyStatus Status { get; }

    /// <summary>Why, when it did not.</summary>
    public ErrorCode Code { get; }

    /// <summary>The handler ran and succeeded.</summary>
    public bool IsOk => Outcome == CallOutcome.Replied && Status == ReplyStatus.Ok;

    /// <summary>The reply's bytes, until it is disposed.</summary>
    public ReadOnlyMemory<byte> Payload => _operation is null ? default : _operation.PayloadOf(_version);

    /// <summary>Returns this reply when the handler succeeded, else throws what became of the call.</summary>
    public ScpReply EnsureOk()
    {
        if (IsOk)
        {
            return this;
        }

        var failure = new ScpCallException(Outcome, Status, Code);
        Dispose();
        throw failure;
    }

    public void Dispose() => _operation?.Release(_version);

    public bool Equals(ScpReply other) => ReferenceEquals(_operation, other._operation) && _version == other._version && Outcome == other.Outcome;

    public override bool Equals(object? obj) => obj is ScpReply other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_operation, _version);

    public static bool operator ==(ScpReply left, ScpReply right) => left.Equals(right);

    public static bool operator !=(ScpReply left, ScpReply right) => !left.Equals(right);
}
