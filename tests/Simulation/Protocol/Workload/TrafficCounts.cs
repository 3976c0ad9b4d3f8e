using Scp.Protocol;
using Scp.Protocol.Messages;

namespace Simulation.Protocol.Workload;

/// <summary>What became of the traffic of a seed.</summary>
internal sealed class TrafficCounts
{
    public long Accepted { get; private set; }

    public long Busy { get; private set; }

    public long Replied { get; private set; }

    public long NotRun { get; private set; }

    public long Unknown { get; private set; }

    public long Delivered { get; private set; }

    public long DeadlinesPassed { get; private set; }

    /// <summary>Outcomes that are unknown since the server had to forget the reply.</summary>
    public long RepliesForgotten { get; private set; }

    public long Cancelled { get; set; }

    public long CancelsSeen { get; set; }

    public long LargeMessages { get; private set; }

    public long StreamsOpened { get; set; }

    public long StreamsFinished { get; set; }

    public long StreamsReset { get; set; }

    public long StreamsStopped { get; set; }

    public long ShortWrites { get; set; }

    public long SessionsClosed { get; set; }

    public long Operations => Accepted + StreamsOpened;

    public void Note(SendStatus status)
    {
        Accepted += status == SendStatus.Accepted ? 1 : 0;
        Busy += status == SendStatus.Busy ? 1 : 0;
    }

    public void Note(Call call)
    {
        DeadlinesPassed += call.Code == ErrorCode.DeadlineExceeded ? 1 : 0;
        switch (call.Outcome)
        {
            case CallOutcome.Replied:
                Replied++;
                LargeMessages += Math.Max(call.Bytes, call.ReplyBytes) > ScpLimits.MaxParts * ScpLimits.PartBytes ? 1 : 0;
                break;
            case CallOutcome.NotRun:
                NotRun++;
                break;
            case CallOutcome.Delivered:
                Delivered++;
                break;
            case CallOutcome.Unknown:
            default:
                Unknown++;
                RepliesForgotten += call.Code == ErrorCode.Overloaded ? 1 : 0;
                break;
        }
    }
}
