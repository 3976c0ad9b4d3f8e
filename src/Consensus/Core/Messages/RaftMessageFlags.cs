namespace Consensus.Core;

/// <summary>Yes and no in a message. The numbers are on the wire.</summary>
[Flags]
public enum RaftMessageFlags : byte
{
    None = 0,

    /// <summary>In a reply to (pre-)vote: yes.</summary>
    Granted = 1,

    /// <summary>In an append: nothing that precedes it is under way, so what does not fit is no gap, and is to be refused.</summary>
    Probe = 2,

    /// <summary>In an append: reply at once, whatever is durable.</summary>
    WantsReply = 4,

    /// <summary>In a vote: the leader itself has asked for this election and has given up its lease, so promises to it do not bind.</summary>
    Transfer = 8,
}
