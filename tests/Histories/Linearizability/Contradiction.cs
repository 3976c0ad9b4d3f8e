namespace Histories.Linearizability;

/// <summary>
/// A call without a moment to take effect: one call, itself perhaps, does not let it come early enough, another not late
/// enough. All by index.
/// </summary>
internal readonly record struct Contradiction(int Call, int NotBefore, int NotAfter);
