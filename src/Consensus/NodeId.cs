namespace Consensus;

/// <summary>A process that hosts replicas, with one log for all of them. Given once, never reused: a node whose log is gone is another node.</summary>
public readonly record struct NodeId(ulong Value)
{
    public override string ToString() => $"n{Value}";
}
