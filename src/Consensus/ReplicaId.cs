namespace Consensus;

/// <summary>
/// One replica of one group. Given once within its group, never reused, so that a vote or an acknowledgement can never be
/// taken for that of another: a replica that comes back without its log comes back under another id. Zero names nobody.
/// </summary>
public readonly record struct ReplicaId(ulong Value)
{
    public static ReplicaId None => default;

    public bool IsNone => Value == 0;

    public override string ToString() => IsNone ? "nobody" : $"r{Value}";
}
