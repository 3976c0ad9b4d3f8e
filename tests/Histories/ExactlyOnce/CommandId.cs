namespace Histories.ExactlyOnce;

/// <summary>A client's command: the client and its own sequence number, which it keeps when it tries again.</summary>
public readonly record struct CommandId(ulong Client, ulong Sequence)
{
    public override string ToString() => FormattableString.Invariant($"client {Client} command {Sequence}");
}
