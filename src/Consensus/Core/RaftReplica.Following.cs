namespace Consensus.Core;

/// <summary>
/// A follower's side of replication. It keeps count of how far its log is <i>verified</i>: known to equal that of the leader
/// of this term. Only that far does it acknowledge, and commit.
/// <para>
/// Appends may arrive in any order, more than once, or not at all. What starts beyond the verified part, and does not
/// visibly join it, is held until the gap closes: it is no conflict. Only a probe, before which nothing is under way, is
/// ever refused.
/// </para>
/// </summary>
public sealed partial class RaftReplica
{
    private readonly HeldEntries _held;
    private long _verified;

    /// <summary>The newest round heard of, and what was promised when a message last came.</summary>
    private long _heardRound;
    private long _promisedNs;

    /// <summary>There is something to acknowledge, and it waits to be durable.</summary>
    private bool _owesReply;

    /// <summary>The verified index at which a gap was last reported, so that each is reported once.</summary>
    private long _gapReportedAt = -1;

    private void HandleAppend(in RaftMessage message)
    {
        HearLeader(message.Round);
        if (!TryTake(message))
        {
            RejectProbe(message);
            return;
        }

        AdvanceCommit(Math.Min(message.Commit, _verified));
        bool gap = _held.FirstIndex > 0 && _gapReportedAt != _verified;
        _gapReportedAt = gap ? _verified : _gapReportedAt;
        bool repeats = !message.Entries.IsEmpty && _verified <= _log.DurableIndex;
        _owesReply |= !message.Entries.IsEmpty || _verified > _log.DurableIndex;
        if (gap || repeats || message.Has(RaftMessageFlags.WantsReply) || message.Has(RaftMessageFlags.Probe))
        {
            SendAppendReply();
        }
    }

    /// <summary>A sign of life from the leader: the promise not to replace it begins anew.</summary>
    private void HearLeader(long round)
    {
        _promisedNs = ElectionTimeoutNs;
        _promisedUntilNs = Math.Max(_promisedUntilNs, NowNs + _promisedNs);
        _heardRound = Math.Max(_heardRound, round);
        SetElectionTimeout();
    }

    /// <summary>Takes in what an append brings, or holds it; false if it is a probe that does not fit.</summary>
    private bool TryTake(in RaftMessage message)
    {
        var entries = message.Entries.Span;
        long end = message.Index + entries.Length;
        if (end <= _verified)
        {
            return true;
        }

        // The leader's log never changes in its term, so what is verified need not be compared again, only skipped.
        bool joins = message.Index <= _verified || _log.Matches(message.Index, message.LogTerm);
        if (joins)
        {
            long known = Math.Max(message.Index, _verified);
            TakeVerified(entries[(int)(known - message.Index)..], known);
            TakeHeld();
            return true;
        }

        if (message.Has(RaftMessageFlags.Probe))
        {
            return false;
        }

        foreach (ref readonly var entry in entries)
        {
            _held.Hold(entry, _verified);
        }

        return true;
    }

    /// <summary>Entries of the leader's that follow <paramref name="before"/>, where the logs are known to be equal.</summary>
    private void TakeVerified(ReadOnlySpan<Entry> entries, long before)
    {
        _verified = before;
        foreach (ref readonly var entry in entries)
        {
            if (!_log.Matches(entry.Index, entry.Term))
            {
                if (entry.Index <= _log.LastIndex)
                {
                    CutLogFrom(entry.Index);
                }

                AppendToLog(entry);
            }

            _verified = entry.Index;
        }
    }

    private void TakeHeld()
    {
        while (_held.TryTake(_verified + 1, out var entry))
        {
            TakeVerified(new ReadOnlySpan<Entry>(in entry), _verified);
        }
    }

    /// <summary>
    /// Says where the logs may meet: not after the probe's entry, and not where this log has a newer term than that entry,
    /// since terms only rise along a log.
    /// </summary>
    private void RejectProbe(in RaftMessage message)
    {
        long hint = Math.Min(message.Index, _log.LastIndex);
        while (hint > _commitIndex && _log.TermAt(hint) > message.LogTerm)
        {
            hint--;
        }

        Send(new RaftMessage
        {
            Kind = RaftMessageKind.ProbeReject,
            To = message.From,
            Term = _term,
            Index = message.Index,
            LogTerm = _log.TermAt(hint),
            Hint = hint,
        });
    }

    /// <summary>
    /// Acknowledges what is verified and durable. A reply carries a promise, and after a restart only a durable term tells
    /// that there may have been one: so the term is waited for, whatever else.
    /// </summary>
    private void SendAppendReply()
    {
        if (_durableState.Term != _term)
        {
            _owesReply = true;
            return;
        }

        _owesReply = _verified > _log.DurableIndex;
        Send(new RaftMessage
        {
            Kind = RaftMessageKind.AppendReply,
            To = _leader,
            Term = _term,
            Index = Math.Min(_verified, _log.DurableIndex),
            Round = _heardRound,
            PromiseNs = _promisedNs,
            Hint = _held.FirstIndex,
        });
    }

    private void ForgetLeadersLog()
    {
        _verified = _commitIndex;
        _held.Clear();
        _heardRound = 0;
        _owesReply = false;
        _gapReportedAt = -1;
    }
}
