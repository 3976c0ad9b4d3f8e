using Consensus.Core;

namespace Consensus.Tests.Core.Cluster;

/// <summary>
/// Clients: they propose to whoever believes to lead, and read everywhere. What was acknowledged must be in the one
/// history, and no read may miss what was acknowledged before it was asked for.
/// </summary>
internal sealed class SimWorkload(SimCluster cluster)
{
    private readonly Dictionary<long, (long AcknowledgedBefore, ReadMode Mode)> _reads = [];
    private long _nextId;
    private long _endNs;
    private long _highestAcknowledged;

    /// <summary>Until then clients only read.</summary>
    public long ProposeAgainAtNs { get; set; }

    public long Acknowledged { get; private set; }

    public long Unknown { get; private set; }

    public long LeaseReads { get; private set; }

    public long IndexReads { get; private set; }

    public void Begin(long endNs)
    {
        _endNs = endNs;
        Tick();
    }

    /// <summary>After the faults: a calm load. The count so far is what has to be exceeded.</summary>
    public long BeginRecovery()
    {
        _endNs = long.MaxValue;
        Tick();
        return Acknowledged + 3;
    }

    public void HandleResults(SimNode node)
    {
        foreach (var outcome in node.Output.Outcomes)
        {
            if (!outcome.Applied)
            {
                Unknown++;
            }
            else if (outcome.ProposalId > 0)
            {
                Acknowledge(node, outcome);
            }
        }

        foreach (var read in node.Output.Reads)
        {
            if (!read.Ready)
            {
                _ = _reads.Remove(read.ReadId);
            }
            else if (read.Mode == ReadMode.ReadIndex)
            {
                IndexReads++;
                CheckRead(node, read.ReadId, node.State.Index);
            }
            else
            {
                TakeLeaseRead(node, read);
            }
        }
    }

    private void Acknowledge(SimNode node, in ProposalOutcome outcome)
    {
        Acknowledged++;
        _highestAcknowledged = Math.Max(_highestAcknowledged, outcome.Index);
        if (cluster.Checker.ProposalAt(outcome.Index) != outcome.ProposalId)
        {
            throw new SafetyViolationException($"acknowledged proposal {outcome.ProposalId} of {node.Id} is not at {outcome.Index} of the history");
        }
    }

    /// <summary>Reads the state, and then perhaps stands still for a while before it asks whether that was an answer.</summary>
    private void TakeLeaseRead(SimNode node, ReadResult read)
    {
        long state = node.State.Index;
        if (cluster.Random.Below(20) == 0)
        {
            node.PausedUntilNs = Math.Max(node.PausedUntilNs, cluster.NowNs + cluster.Random.Below(600_000_000));
        }

        cluster.After(node.Id, 0, () =>
        {
            if (node.Raft!.ConfirmLeaseRead(read.Term, node.LocalNs))
            {
                LeaseReads++;
                CheckRead(node, read.ReadId, state);
            }
        }, node.Life);
    }

    private void CheckRead(SimNode node, long readId, long state)
    {
        if (_reads.Remove(readId, out var read) && state < read.AcknowledgedBefore)
        {
            throw new SafetyViolationException($"stale {read.Mode} read: {node.Id} answered from {state}, but {read.AcknowledgedBefore} had been acknowledged before: " + cluster.Describe());
        }
    }

    private void Tick()
    {
        if (cluster.NowNs >= _endNs)
        {
            return;
        }

        foreach (var node in cluster.Nodes)
        {
            if (node.IsUp && node.PausedUntilNs <= cluster.NowNs)
            {
                cluster.After(node.Id, cluster.Random.Below(1_000_000), () => Ask(node), node.Life);
            }
        }

        // Long enough, now and then, for the group to fall asleep.
        bool pauses = cluster.Plan.Options.SleepAfterNs > 0 && cluster.Random.Below(40) == 0;
        long pauseNs = pauses ? 2 * cluster.Plan.Options.SleepAfterNs : 0;
        cluster.After((cluster.Plan.ProposeEveryNs / 2) + cluster.Random.Below(cluster.Plan.ProposeEveryNs) + pauseNs, Tick);
    }

    private void Ask(SimNode node)
    {
        long id = ++_nextId;
        if (node.Leads && cluster.NowNs >= ProposeAgainAtNs)
        {
            for (long more = cluster.Random.Below(3); more >= 0; more--)
            {
                _ = node.Raft!.Propose(BitConverter.GetBytes(id), id, node.LocalNs);
                id = ++_nextId;
            }
        }

        var mode = cluster.Random.Below(3) > 0 ? ReadMode.Lease : ReadMode.ReadIndex;
        if ((node.Leads || cluster.Random.Below(4) == 0) && node.Raft!.RequestRead(id, mode, node.LocalNs) == ReadAdmission.Accepted)
        {
            _reads[id] = (_highestAcknowledged, mode);
        }
    }
}
