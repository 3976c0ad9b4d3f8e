namespace Consensus.Core;

/// <summary>A read that has its index and waits until that has been applied here.</summary>
internal readonly record struct ConfirmedRead(long Id, long Index, ReadMode Mode, long Term);
