namespace Simulation.Harness;

/// <summary>
/// Something that acts by itself at known times: a network with packets under way, a process with timers, a fault schedule.
/// <see cref="Advance"/> is called once the clock has reached <see cref="NextAtNs"/> and does all that is due by then.
/// </summary>
internal interface ISimSource
{
    /// <summary>When it acts next; a time in the past means now, <see cref="long.MaxValue"/> never.</summary>
    long NextAtNs { get; }

    void Advance(long nowNs);
}
