using System.Text;
using Consensus.Core;

namespace Consensus.Tests.Core.Scripts;

/// <summary>What replicas say and want, in words short enough to be read in a column.</summary>
internal static class TraceText
{
    public static string Of(in RaftMessage m)
    {
        string head = $"{m.From}>{m.To} {Name(m.Kind)} t{m.Term}";
        return m.Kind switch
        {
            RaftMessageKind.PreVote or RaftMessageKind.Vote => $"{head} last {m.Index}/{m.LogTerm}{(m.Has(RaftMessageFlags.Transfer) ? " by transfer" : "")}",
            RaftMessageKind.PreVoteReply or RaftMessageKind.VoteReply => $"{head} {(m.Has(RaftMessageFlags.Granted) ? "yes" : "no")}",
            RaftMessageKind.Append => $"{head} after {m.Index}/{m.LogTerm}{Of(m.Entries)} commit {m.Commit} round {m.Round}{(m.Has(RaftMessageFlags.Probe) ? " probe" : "")}",
            RaftMessageKind.AppendReply => $"{head} matches {m.Index} round {m.Round}{(m.Hint > 0 ? $" holds {m.Hint}" : "")}",
            RaftMessageKind.ProbeReject => $"{head} not {m.Index}, perhaps {m.Hint}/{m.LogTerm}",
            RaftMessageKind.ReadRequest => head,
            RaftMessageKind.ReadReply => $"{head} index {m.Index}",
            RaftMessageKind.Sleep or RaftMessageKind.SleepReply => $"{head} at {m.Index}/{m.LogTerm}",
            _ => head,
        };
    }

    public static string Of(in LogWrite write, HardState before)
    {
        string state = write.State.Term != before.Term || write.State.VotedFor != before.VotedFor
            ? $" term {write.State.Term} vote {write.State.VotedFor}"
            : "";
        string mark = write.Mark is { } m ? $" {(write.Resets ? "reset to" : "begins after")} {m.Index}/{m.Term}" : "";
        return $"write {write.Token}:{state}{Of(write.Entries)}{mark}";
    }

    public static string Of(ReadOnlyMemory<Entry> entries)
    {
        if (entries.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder(" [");
        foreach (var entry in entries.Span)
        {
            text.Append(text.Length > 2 ? " " : "").Append(entry.Index).Append('/').Append(entry.Term).Append(Of(entry));
        }

        return text.Append(']').ToString();
    }

    public static string Of(RaftReplica r)
    {
        string leader = r.Role == RaftRole.Follower && !r.Leader.IsNone ? $" of {r.Leader}" : "";
        return $"{r.Role}{leader} t{r.Term} log {r.Mark.Index}..{r.LastIndex} durable {r.DurableIndex} commit {r.CommitIndex} {r.Configuration}{(r.IsAsleep ? " asleep" : "")}";
    }

    private static string Of(in Entry entry) => entry.Kind switch
    {
        EntryKind.Command => $":{Encoding.UTF8.GetString(entry.Data.Span)}",
        EntryKind.Configuration => $":{(ConfigurationCodec.TryDecode(entry.Data.Span, out var configuration) ? configuration : null)}",
        _ => "",
    };

    private static string Name(RaftMessageKind kind) => kind switch
    {
        RaftMessageKind.PreVote => "prevote",
        RaftMessageKind.PreVoteReply => "prevote-reply",
        RaftMessageKind.Vote => "vote",
        RaftMessageKind.VoteReply => "vote-reply",
        RaftMessageKind.Append => "append",
        RaftMessageKind.AppendReply => "reply",
        RaftMessageKind.ProbeReject => "reject",
        RaftMessageKind.ReadRequest => "read?",
        RaftMessageKind.ReadReply => "read!",
        RaftMessageKind.TimeoutNow => "timeout-now",
        RaftMessageKind.Sleep => "sleep?",
        RaftMessageKind.SleepReply => "sleep!",
        _ => "wake",
    };
}
