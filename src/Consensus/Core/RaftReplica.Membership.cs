namespace Consensus.Core;

/// <summary>
/// Changes of the configuration. One is in force from the moment it is in the log, and out of force if it is cut off again.
/// Where voters change, the way leads through a joint configuration, and out of it only once that is committed. One
/// change is under way at a time.
/// </summary>
public sealed partial class RaftReplica
{
    /// <summary>The proposal behind the change that is under way, until the entry that ends it has been appended.</summary>
    private long? _changeId;

    /// <summary>Proposes other members; the outcome comes once the last step is done.</summary>
    /// <param name="target">As it is to be in the end; not joint.</param>
    public ProposeResult ProposeConfiguration(Configuration target, long proposalId, long nowNs)
    {
        Observe(nowNs);
        if (RefuseProposal() is { } refusal)
        {
            return refusal;
        }

        // Without an entry of its own term committed, a leader may not know the newest configuration that is.
        if (Configuration.IsJoint || _configurations.CurrentIndex > _commitIndex || !HasCommittedInTerm || _changeId is not null)
        {
            return new ProposeResult(ProposeStatus.ChangeUnderWay, 0, Id);
        }

        if (target.IsJoint || target.IsEmpty || Configuration.TryEnter(target) is not { } joint)
        {
            return new ProposeResult(ProposeStatus.Invalid, 0, Id);
        }

        if (target.HasSameVoters(Configuration))
        {
            return Accept(EntryKind.Configuration, ConfigurationCodec.Encode(target), proposalId);
        }

        WakeUp();
        _changeId = proposalId;
        _busyAtNs = NowNs;
        long index = AppendConfiguration(joint);
        return new ProposeResult(ProposeStatus.Accepted, index, Id);
    }

    private long AppendConfiguration(Configuration configuration)
    {
        long index = _log.LastIndex + 1;
        AppendToLog(new Entry(index, _term, EntryKind.Configuration, ConfigurationCodec.Encode(configuration)));
        return index;
    }

    /// <summary>From here on, this configuration decides: about its own entry too.</summary>
    private void UseConfiguration(in Entry entry)
    {
        _configurations.Push(entry.Index, DecodeConfiguration(entry));
        if (_role == RaftRole.Leader)
        {
            KeepPeers();
            if (!_transferTo.IsNone && !Configuration.IsVoter(_transferTo))
            {
                _transferTo = ReplicaId.None;
            }
        }

        ReportConfiguration();
    }

    private void ReportConfiguration()
    {
        _roundTrips.Keep(Configuration);
        _output.ConfigurationChanges.Add(new ConfigurationChange(Group, _configurations.CurrentIndex, Configuration));
    }

    /// <summary>The commit index has risen: a joint configuration may be left now, and a leader that was removed goes.</summary>
    private void SettleConfiguration()
    {
        if (_configurations.CurrentIndex > _commitIndex)
        {
            return;
        }

        if (Configuration.IsJoint)
        {
            var target = Configuration.Leave();
            if (_changeId is { } proposalId)
            {
                _changeId = null;
                _ = Accept(EntryKind.Configuration, ConfigurationCodec.Encode(target), proposalId);
            }
            else
            {
                _ = AppendConfiguration(target);
            }
        }
        else if (!Configuration.IsVoter(Id))
        {
            ResignRemoved();
        }
    }

    /// <summary>
    /// Its last act as a leader is to ask the member that has everything to take over, so that nobody has to wait for an
    /// election timeout.
    /// </summary>
    private void ResignRemoved()
    {
        foreach (var peer in _peers)
        {
            if (peer.Match == _log.LastIndex && Configuration.IsVoter(peer.Id))
            {
                Send(new RaftMessage { Kind = RaftMessageKind.TimeoutNow, To = peer.Id, Term = _term });
                break;
            }
        }

        Follow(ReplicaId.None);
    }

    /// <summary>Leadership is lost in the middle of a change: the next leader may complete it, or it may never have been.</summary>
    private void AbandonChange(ReplicaId leader)
    {
        if (_changeId is { } proposalId)
        {
            _changeId = null;
            _output.Outcomes.Add(new ProposalOutcome(Group, proposalId, Applied: false, 0, leader));
        }
    }
}
