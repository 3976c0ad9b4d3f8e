using Consensus.Core;

namespace Consensus.Host;

/// <summary>What a worker of another node has said to the groups of this one.</summary>
internal sealed class ReceivedMail(NodeId from, BatchHead head) : WorkerMail
{
    public NodeId From => from;

    public BatchHead Head => head;

    public List<RaftMessage> Messages { get; } = [];

    public override void Handle(Worker worker, long nowNs) => worker.HandleReceived(this, nowNs);

    /// <summary>As if it had been lost on the way.</summary>
    public override void Abandon()
    {
    }
}
