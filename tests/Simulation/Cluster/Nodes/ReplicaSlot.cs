using Consensus;
using Consensus.Core;
using Consensus.Host;
using Simulation.Cluster.Machine;

namespace Simulation.Cluster.Nodes;

/// <summary>A replica that a node hosts, over all its processes: what its owner wrote down about it, and its present life.</summary>
internal sealed class ReplicaSlot(ClusterNode node, GroupId group, ReplicaId replica, Configuration founding, KvMachine machine)
{
    private Task<IConsensusGroup>? _opening;

    public ClusterNode Node => node;

    public GroupId Group => group;

    public ReplicaId Replica => replica;

    /// <summary>It has been open once, durably: from then on there must be a log.</summary>
    public bool IsFounded { get; private set; }

    /// <summary>The state machine as it would be found after a restart.</summary>
    public KvMachine Checkpoint { get; set; } = machine;

    public KvMachine Machine { get; private set; } = machine;

    /// <summary>The most that it has ever applied.</summary>
    public long MostApplied { get; set; }

    public GroupHandle? Handle { get; private set; }

    /// <summary>As of the last look.</summary>
    public GroupStatus? Status { get; set; }

    public RaftReplica Core => Handle!.Hosted.Replica!;

    public void Open(Worker worker, RaftOptions options)
    {
        Machine = Checkpoint.Copy();
        var mail = new OpenMail(new GroupSetup(group, replica, IsFounded ? null : founding) { Options = options }, Machine);
        _opening = mail.End.AsTask();
        worker.Post(mail);
    }

    /// <summary>Takes in that it has been opened, if it has.</summary>
    public void Look()
    {
        if (_opening is { IsCompleted: true } opened)
        {
            _opening = null;
            IsFounded = true;
            Handle = (GroupHandle)opened.GetAwaiter().GetResult();
        }
    }

    /// <summary>The process is gone.</summary>
    public void Close()
    {
        _opening = null;
        Handle = null;
        Status = null;
    }
}
