namespace Consensus;

/// <summary>
/// Where a group's log begins: the state machine holds everything up to and including <paramref name="Index"/>, and the
/// group's configuration as of there travels along (encoded), for the entries that held it are gone.
/// </summary>
public readonly record struct SnapshotMark(long Index, long Term, ReadOnlyMemory<byte> Configuration);
