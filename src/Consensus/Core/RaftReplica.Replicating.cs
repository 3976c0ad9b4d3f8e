namespace Consensus.Core;

/// <summary>
/// A leader's side of replication: entries stream to each member ahead of their acknowledgements, within limits of appends
/// and bytes. What is lost is sent again by a timer, or sooner when the member reports a gap.
/// </summary>
public sealed partial class RaftReplica
{
    private void FlushLeader()
    {
        if (IsAsleep)
        {
            return;
        }

        BeginReadRound();
        foreach (var peer in _peers)
        {
            SendTo(peer);
        }
    }

    private void SendTo(PeerProgress peer)
    {
        bool fits = peer.State switch
        {
            ProgressState.Probe => TrySendProbe(peer),
            ProgressState.Replicate => TrySendStream(peer),
            _ => true,
        };
        if (!fits)
        {
            NeedSnapshot(peer);
        }

        if (peer.OwesRound)
        {
            // Only a sign of life: before the log's beginning, everything matches.
            SendAppend(peer, 0, 0, default, RaftMessageFlags.None);
        }
    }

    /// <summary>False when what the probe needs is gone from the log.</summary>
    private bool TrySendProbe(PeerProgress peer)
    {
        if (!_log.TryGetTerm(peer.Next - 1, out long term))
        {
            return false;
        }

        if (peer.ProbeIsDue)
        {
            bool carries = peer.ProbeCarriesEntries && peer.Next <= _log.LastIndex;
            var entries = carries ? ReadFor(peer.Next, _log.LastIndex + 1) : default;
            peer.ProbedUntil = peer.Next - 1 + entries.Length;
            SendAppend(peer, peer.Next - 1, term, entries, RaftMessageFlags.Probe);
            peer.ProbeIsDue = false;
            peer.ProbeCarriesEntries = false;
        }

        return true;
    }

    /// <summary>False when what is to be sent is gone from the log.</summary>
    private bool TrySendStream(PeerProgress peer)
    {
        if (peer.ResendIsDue && !TrySendAgain(peer))
        {
            return false;
        }

        while (peer.Next <= _log.LastIndex && !peer.Window.IsFull)
        {
            if (!_log.TryGetTerm(peer.Next - 1, out _))
            {
                return false;
            }

            var fresh = ReadFor(peer.Next, _log.LastIndex + 1);
            long end = peer.Next + fresh.Length;
            long from = _log.RepeatFrom(Math.Max(peer.Match + 1, end - _options.MaxAppendEntries), peer.Next, _options.RepeatTailBytes);
            long term = _log.TermAt(from - 1);
            var entries = from == peer.Next ? fresh : ReadFor(from, end, int.MaxValue);
            peer.Next += fresh.Length;
            peer.Window.Add(peer.Next - 1, BytesOf(fresh.Span));
            peer.TimeAnswer(peer.Next - 1, NowNs);
            SendAppend(peer, from - 1, term, entries, RaftMessageFlags.None);
        }

        long answerNs = Math.Max(_roundTrips.Of(peer.Id), peer.AnswerNs);
        peer.ArmResend(NowNs, Math.Max(answerNs * 3 / 2, _options.MinResendNs), ElectionTimeoutNs);
        if (peer.OwesRound || peer.CommitSent < Math.Min(_commitIndex, peer.Next - 1))
        {
            bool known = _log.TryGetTerm(peer.Match, out long matchTerm);
            SendAppend(peer, known ? peer.Match : 0, matchTerm, default, RaftMessageFlags.None);
        }

        return true;
    }

    /// <summary>Sends the first of what is unacknowledged once more; its acknowledgement lets the next go, if that is still missing.</summary>
    private bool TrySendAgain(PeerProgress peer)
    {
        if (!_log.TryGetTerm(peer.Match, out long term))
        {
            return false;
        }

        peer.ResendIsDue = false;
        var entries = ReadFor(peer.Match + 1, peer.ResendUntil + 1);
        SendAppend(peer, peer.Match, term, entries, RaftMessageFlags.None);
        return true;
    }

    private void SendAppend(PeerProgress peer, long index, long term, ReadOnlyMemory<Entry> entries, RaftMessageFlags flags)
    {
        flags |= peer.OwesRound ? RaftMessageFlags.WantsReply : RaftMessageFlags.None;
        peer.OwesRound = false;
        peer.CommitSent = _commitIndex;
        Send(new RaftMessage
        {
            Kind = RaftMessageKind.Append,
            Flags = flags,
            To = peer.Id,
            Term = _term,
            Index = index,
            LogTerm = term,
            Commit = _commitIndex,
            Round = _rounds!.Current,
            Entries = entries,
        });
    }

    private ReadOnlyMemory<Entry> ReadFor(long from, long until) => ReadFor(from, until, _options.MaxAppendBytes);

    private ReadOnlyMemory<Entry> ReadFor(long from, long until, int maxBytes) =>
        _log.Read(from, until, maxBytes, _options.MaxAppendEntries, _output.Entries);

    private static long BytesOf(ReadOnlySpan<Entry> entries)
    {
        long bytes = 0;
        foreach (ref readonly var entry in entries)
        {
            bytes += entry.Data.Length + ProposalQueue.EntryOverheadBytes;
        }

        return bytes;
    }

    private void HandleAppendReply(PeerProgress peer, in RaftMessage message)
    {
        if (message.Index > _log.LastIndex || message.Round > _rounds!.Current)
        {
            MessagesRefused++;
            return;
        }

        NoteAnswer(peer, message);
        bool advanced = peer.TryAdvance(message.Index, NowNs);
        if (advanced)
        {
            AdvanceLeaderCommit();
            if (_role != RaftRole.Leader)
            {
                return;
            }
        }

        if (peer.State == ProgressState.Probe && message.Index >= peer.Next - 1)
        {
            peer.BecomeReplicate();
        }
        else if (peer.State == ProgressState.Snapshot && _log.TryGetTerm(peer.Match, out _) && peer.Match >= peer.SnapshotIndex)
        {
            peer.BecomeReplicate();
        }
        else if (peer.State == ProgressState.Replicate && message.Hint > peer.Match + 1 && peer.Match == message.Index)
        {
            peer.FillGap(message.Hint);
        }

        if (advanced && peer.Id == _transferTo)
        {
            HandOver();
        }
    }

    /// <summary>Backs off to where the follower's log can meet this one at all: not after its hint, nor where this log's terms are newer.</summary>
    private void HandleProbeReject(PeerProgress peer, in RaftMessage message)
    {
        // Only the probe that is out can be refused; any other refusal is an old one.
        if (peer.State != ProgressState.Probe || message.Index != peer.Next - 1 || message.Index <= peer.Match)
        {
            return;
        }

        long meet = Math.Min(message.Hint, message.Index - 1);
        while (meet > peer.Match && _log.TryGetTerm(meet, out long term) && term > message.LogTerm)
        {
            meet--;
        }

        peer.BecomeProbe(meet + 1);
        peer.ProbeCarriesEntries = true;
    }

    /// <summary>The transport has lost sight of a member: what is under way to it is probably lost.</summary>
    public void HandleUnreachable(ReplicaId replica, long nowNs)
    {
        Observe(nowNs);
        if (PeerOf(replica) is { State: ProgressState.Replicate } peer)
        {
            peer.BecomeProbe(peer.Match + 1);
            peer.ProbeIsDue = false;
            peer.ProbeCarriesEntries = false;
        }
    }
}
