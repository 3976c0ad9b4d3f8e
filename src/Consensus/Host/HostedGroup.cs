using Consensus.Core;
using Consensus.Log;

namespace Consensus.Host;

/// <summary>A replica with its log and its state machine. Its worker's alone, but for the status.</summary>
internal sealed class HostedGroup(Worker worker, GroupSetup setup, GroupLog log, IStateMachine machine)
{
    private readonly Dictionary<ReplicaId, NodeId> _strangers = [];
    private GroupStatus? _status;

    public Worker Worker => worker;

    public GroupSetup Setup => setup;

    public GroupId Id => setup.Group;

    public GroupLog Log => log;

    public IStateMachine Machine => machine;

    /// <summary>Null until the log is ready.</summary>
    public RaftReplica? Replica { get; set; }

    /// <summary>Its outputs are yet to be taken.</summary>
    public bool IsDirty { get; set; }

    /// <summary>The timers'.</summary>
    public long DueNs { get; set; } = long.MaxValue;

    /// <summary>The timers'.</summary>
    public long QueuedNs { get; set; } = long.MaxValue;

    /// <summary>Whoever waits for a proposal, by its number.</summary>
    public Dictionary<long, ProposalMail> Proposals { get; } = [];

    /// <summary>Whoever waits for a read, by its number.</summary>
    public Dictionary<long, ReadMail> Reads { get; } = [];

    /// <summary>Writes that a full disk did not take, and all after them, in the order of their tokens.</summary>
    public List<RefusedWrite> Refused { get; } = [];

    /// <summary>Writes in a batch that has not come back.</summary>
    public int WritesUnderWay { get; set; }

    public GroupStatus Status => Volatile.Read(ref _status) ?? new GroupStatus(
        Id, setup.Replica, RaftRole.Follower, 0, ReplicaId.None, 0, 0, 0, IsAsleep: false, Configuration.Empty);

    public void PublishStatus()
    {
        RaftReplica replica = Replica!;
        Volatile.Write(ref _status, new GroupStatus(
            Id,
            replica.Id,
            replica.Role,
            replica.Term,
            replica.Leader,
            replica.LastIndex,
            replica.CommitIndex,
            replica.AppliedIndex,
            replica.IsAsleep,
            replica.Configuration));
    }

    /// <summary>The node of a replica; false when it is not a member as far as is known here.</summary>
    public bool TryGetNode(ReplicaId replica, out NodeId node)
    {
        foreach (Member member in Replica!.Configuration.Members)
        {
            if (member.Replica == replica)
            {
                node = member.Node;
                return true;
            }
        }

        return _strangers.TryGetValue(replica, out node);
    }

    /// <summary>
    /// Where a replica wrote from that is in no configuration known here: one that joins must be able to answer its leader.
    /// </summary>
    public void NoteStranger(ReplicaId replica, NodeId node)
    {
        if (_strangers.Count >= Configuration.MaxMembers)
        {
            _strangers.Clear();
        }

        _strangers[replica] = node;
    }
}
