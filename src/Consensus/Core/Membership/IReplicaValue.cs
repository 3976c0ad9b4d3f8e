namespace Consensus.Core;

/// <summary>A number known of each replica: how far its log reaches, until when it keeps its promise, whether it voted.</summary>
internal interface IReplicaValue
{
    long Of(ReplicaId replica);
}
