namespace Histories.Linearizability;

/// <summary>When each call can have taken effect, by the call's index; an uncertain one that never did has no moment.</summary>
internal sealed class Windows(long[] startNs, long[] endNs, bool[] isCertain)
{
    public long[] StartNs { get; } = startNs;

    public long[] EndNs { get; } = endNs;

    public bool[] IsCertain { get; } = isCertain;

    public static Windows Of<TCall>(IReadOnlyList<TimedCall<TCall>> calls) => new(
        [.. calls.Select(c => c.StartNs)],
        [.. calls.Select(c => c.IsCertain ? c.EndNs : long.MaxValue)],
        [.. calls.Select(c => c.IsCertain)]);
}
