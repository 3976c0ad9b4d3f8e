namespace Histories.Linearizability;

/// <summary>
/// A call with its outcome, and when it can have taken effect: between start and end if it is certain; otherwise at any
/// moment after the start, or never. A call that ends in the instant another starts counts as concurrent with it.
/// </summary>
public readonly record struct TimedCall<TCall>(TCall Call, long StartNs, long EndNs, bool IsCertain);
