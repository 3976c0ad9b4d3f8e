namespace Consensus;

/// <summary>What an entry of a group's log is for. The numbers are on disk and on the wire.</summary>
public enum EntryKind : byte
{
    /// <summary>A command of the state machine.</summary>
    Command = 1,

    /// <summary>A configuration of the group, in force from the moment it is in the log.</summary>
    Configuration = 2,

    /// <summary>What a leader writes first: with it, whatever it found in its log is committed in its own term.</summary>
    Barrier = 3,
}
