using Scp.Protocol;
using Scp.Protocol.Messages;

namespace Scp.Transport;

/// <summary>A call did not bring a good reply; the outcome says whether it may have run.</summary>
public sealed class ScpCallException : ScpException
{
    public ScpCallException(CallOutcome outcome, ReplyStatus status, ErrorCode code)
        : base(Describe(outcome, status, code))
    {
        Outcome = outcome;
        Status = status;
        Code = code;
    }

    public CallOutcome Outcome { get; }

    public ReplyStatus Status { get; }

    public ErrorCode Code { get; }

    private static string Describe(CallOutcome outcome, ReplyStatus status, ErrorCode code) => outcome switch
    {
        CallOutcome.NotRun => $"The call certainly did not run ({code}).",
        CallOutcome.Unknown => $"The call may have run: no reply came ({code}).",
        _ => $"The handler failed ({status}, {code}).",
    };
}
