namespace Consensus.Log;

/// <summary>What a record says about its group. The numbers are on disk.</summary>
internal enum RecordKind : byte
{
    Entries = 1,
    HardState = 2,
    SnapshotMark = 3,
    Removed = 4,
}
