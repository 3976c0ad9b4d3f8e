namespace Consensus.Core;

/// <summary>A read that waits: this replica's own, or, where <see cref="From"/> names a follower, a batch of that follower's under its number.</summary>
internal readonly record struct PendingRead(long Id, ReplicaId From)
{
    public bool IsForwarded => !From.IsNone;
}
