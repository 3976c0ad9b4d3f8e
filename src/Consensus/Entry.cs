namespace Consensus;

/// <summary>
/// One place in a group's log. Indices begin at 1 and have no gaps; terms never fall from one index to the next. The bytes
/// belong to whoever made the entry and are not changed from then on.
/// </summary>
public readonly record struct Entry(long Index, long Term, EntryKind Kind, ReadOnlyMemory<byte> Data);
