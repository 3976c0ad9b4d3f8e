namespace Consensus.Core;

/// <summary>
/// Snapshots: they stand for entries that are gone. They travel outside the core; here is decided when one is needed,
/// whether one may be installed, and what that does to the log.
/// </summary>
public sealed partial class RaftReplica
{
    /// <summary>The index of the snapshot that is being installed, or zero. Nothing is applied meanwhile, and no election begun.</summary>
    private long _installingIndex;

    private bool IsInstalling => _installingIndex > 0;

    /// <summary>The mark of a snapshot that holds everything up to an applied index; false for others.</summary>
    public bool TryMakeMark(long index, out SnapshotMark mark)
    {
        if (index > _appliedIndex || !_log.TryGetTerm(index, out long term))
        {
            mark = default;
            return false;
        }

        mark = new SnapshotMark(index, term, ConfigurationCodec.Encode(_configurations.At(index)));
        return true;
    }

    /// <summary>A durable snapshot holds everything up to the mark: the log may begin after it.</summary>
    public void HandleSnapshotTaken(in SnapshotMark mark, long nowNs)
    {
        Observe(nowNs);
        if (mark.Index > _appliedIndex)
        {
            Fail.Now($"A snapshot at {mark.Index} holds more than the {_appliedIndex} entries that are applied.");
        }

        if (mark.Index > _log.Mark.Index)
        {
            _log.Compact(mark);
            _configurations.ForgetBefore(mark.Index);
        }
    }

    /// <summary>A member that was to have a snapshot has installed it, or will not.</summary>
    public void HandleSnapshotSent(ReplicaId to, bool installed, long nowNs)
    {
        Observe(nowNs);
        if (PeerOf(to) is { State: ProgressState.Snapshot } peer)
        {
            peer.BecomeProbe(installed ? peer.SnapshotIndex + 1 : peer.Match + 1);
            peer.ProbeCarriesEntries = false;
            peer.SnapshotRetryAtNs = NowNs + ElectionTimeoutNs;
        }
    }

    /// <summary>A snapshot came whole from a leader of a term. Install it only if told so.</summary>
    public SnapshotVerdict HandleSnapshotReceived(in SnapshotMark mark, ReplicaId from, long term, long nowNs)
    {
        Observe(nowNs);
        WakeUp();
        bool fromLeader = term > _term || (term == _term && _role != RaftRole.Leader && (_leader.IsNone || _leader == from));
        if (!fromLeader || !ConfigurationCodec.TryDecode(mark.Configuration.Span, out var configuration) || configuration.IsEmpty)
        {
            return SnapshotVerdict.Stale;
        }

        BecomeFollower(term, from);
        HearLeader(0);
        if (IsInstalling)
        {
            return SnapshotVerdict.Busy;
        }

        if (mark.Index <= _commitIndex)
        {
            SendAppendReply();
            return SnapshotVerdict.Stale;
        }

        _installingIndex = mark.Index;
        return SnapshotVerdict.Install;
    }

    /// <summary>The state machine is that of the snapshot now, durably; or installing it failed, and it is as it was.</summary>
    public void HandleSnapshotInstalled(in SnapshotMark mark, bool installed, long nowNs)
    {
        Observe(nowNs);
        if (mark.Index != _installingIndex)
        {
            Fail.Now($"A snapshot at {mark.Index} was installed, but {_installingIndex} was to be.");
        }

        _installingIndex = 0;
        if (!installed)
        {
            return;
        }

        if (_log.Matches(mark.Index, mark.Term) && mark.Index <= _log.DurableIndex)
        {
            _log.Compact(mark);
            _configurations.ForgetBefore(mark.Index);
        }
        else
        {
            ResetLog(mark);
        }

        _appliedIndex = mark.Index;
        _applyingIndex = mark.Index;
        _applying.Clear();
        _applyingBytes = 0;
        AdvanceCommit(mark.Index);
        _verified = Math.Max(_verified, mark.Index);
        _owesReply = true;
    }

    private void ResetLog(in SnapshotMark mark)
    {
        if (!ConfigurationCodec.TryDecode(mark.Configuration.Span, out var configuration))
        {
            Fail.Now($"The configuration of the snapshot at {mark.Index} cannot be read.");
        }

        _log.Reset(mark);
        _configurations.Reset(mark.Index, configuration);
        _verified = mark.Index;

        // The log could have come further meanwhile, but not durably: nobody counts on what is dropped here.
        _commitIndex = mark.Index;
        ReportConfiguration();
    }

    /// <summary>What the member needs is gone: it is to have a snapshot, if it is there at all.</summary>
    private void NeedSnapshot(PeerProgress peer)
    {
        if (IsReachable(peer) && NowNs >= peer.SnapshotRetryAtNs)
        {
            peer.BecomeSnapshot(_log.Mark.Index);
            _output.SnapshotsWanted.Add(new SnapshotWanted(Group, peer.Id, _term, _log.Mark.Index));
        }
    }
}
