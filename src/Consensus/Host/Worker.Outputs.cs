using Consensus.Core;

namespace Consensus.Host;

/// <summary>What groups want is taken from the core and goes where it belongs.</summary>
internal sealed partial class Worker
{
    /// <summary>Whoever was touched says what it wants; all of it is then taken at once.</summary>
    private void CollectOutputs()
    {
        foreach (HostedGroup group in _dirty)
        {
            group.IsDirty = false;
            group.Replica!.Flush();
            group.PublishStatus();
            if (group.Replica.SleepsWithoutSomebody)
            {
                AwaitMembers(group);
            }

            _timers.Set(group, group.Replica.NextTimeoutNs);
        }

        _dirty.Clear();
        foreach (RaftMessage message in _output.Messages)
        {
            if (_groups[message.Group].TryGetNode(message.To, out NodeId node))
            {
                _outgoing.Add(node, message, HeadOf(BatchKind.Messages));
            }
        }

        foreach (LogWrite write in _output.Writes)
        {
            AddWrite(_groups[write.Group], write);
        }

        foreach (CommittedEntries committed in _output.Committed)
        {
            _applySink.Submit(new AppliedMail(_groups[committed.Group], committed));
        }

        foreach (ReadResult read in _output.Reads)
        {
            FinishRead(_groups[read.Group], read);
        }

        foreach (ProposalOutcome outcome in _output.Outcomes)
        {
            FinishProposal(_groups[outcome.Group], outcome, applied: null);
        }

        foreach (SnapshotWanted wanted in _output.SnapshotsWanted)
        {
            Snapshots.Offer(_groups[wanted.Group], wanted, _nowNs);
        }

        foreach (ConfigurationChange change in _output.ConfigurationChanges)
        {
            NoteMembers(_groups[change.Group]);
        }

        _output.Clear();
    }

    private static void FinishRead(HostedGroup group, in ReadResult read)
    {
        if (group.Reads.Remove(read.ReadId, out ReadMail? waiting))
        {
            ReadStatus status = read.Ready ? ReadStatus.Ready : ReadStatus.NoLeader;
            waiting.Finish(new ReadTicket(status, read.Mode, read.Index, read.Term, read.LeaderHint));
        }
    }

    private static void FinishProposal(HostedGroup group, in ProposalOutcome outcome, AppliedMail? applied)
    {
        if (!group.Proposals.Remove(outcome.ProposalId, out ProposalMail? waiting))
        {
            return;
        }

        ProposalStatus status = outcome.Applied ? ProposalStatus.Applied : ProposalStatus.Unknown;
        ReadOnlyMemory<byte> answer = outcome.Applied && applied is not null ? applied.AnswerAt(outcome.Index) : default;
        waiting.Finish(new ProposalResult(status, outcome.Index, answer, outcome.LeaderHint));
    }
}
