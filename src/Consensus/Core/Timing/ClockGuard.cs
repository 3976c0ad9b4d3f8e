namespace Consensus.Core;

/// <summary>
/// A replica's own time, made of the outside clock's. Time runs here only while it is watched: between two looks at most
/// <c>maxStepNs</c> pass, and never less than nothing. So a clock that leaps ahead cannot end a promise early by more than
/// one step, and one that falls back cannot end time. Either is reported, because a lease must not outlive it.
/// </summary>
internal struct ClockGuard(long nowNs, long maxStepNs)
{
    private long _outsideNs = nowNs;

    /// <summary>The replica's time as of the last look.</summary>
    public long NowNs { get; private set; } = nowNs;

    /// <summary>Looks at the clock; true when it jumped.</summary>
    public bool Observe(long outsideNs)
    {
        long passedNs = outsideNs - _outsideNs;
        _outsideNs = outsideNs;
        NowNs += Math.Clamp(passedNs, 0, maxStepNs);
        return passedNs < 0 || passedNs > maxStepNs;
    }

    /// <summary>When, by the outside clock, to look again so that a time of the replica's is met, and no step is too long.</summary>
    public readonly long OutsideNs(long ownNs) => _outsideNs + Math.Clamp(ownNs - NowNs, 0, maxStepNs / 2);
}
