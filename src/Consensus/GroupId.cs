namespace Consensus;

/// <summary>A Raft group: the replicas of one shard. Given once, never reused.</summary>
public readonly record struct GroupId(ulong Value)
{
    public override string ToString() => $"g{Value}";
}
