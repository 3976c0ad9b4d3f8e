namespace Simulation.Harness;

/// <summary>
/// The virtual clock. It jumps to the earliest time at which any source acts and lets every source that is due act, in the
/// order in which they were added: that order, the seed and nothing else decide what happens.
/// </summary>
internal sealed class SimLoop
{
    /// <summary>Rounds the clock may stand still: effects settle within a few, so more means that two sources wake each other for ever.</summary>
    private const int MaxRoundsAtOneTime = 10_000;

    private readonly List<ISimSource> _sources = [];
    private int _roundsAtOneTime;

    public long NowNs { get; private set; }

    public void Add(ISimSource source) => _sources.Add(source);

    public void RunUntil(long endNs)
    {
        while (true)
        {
            long nextNs = NextAtNs();
            if (nextNs > endNs)
            {
                NowNs = Math.Max(NowNs, endNs);
                return;
            }

            MoveTo(nextNs);
            foreach (ISimSource source in _sources)
            {
                if (source.NextAtNs <= NowNs)
                {
                    source.Advance(NowNs);
                }
            }
        }
    }

    private long NextAtNs()
    {
        long nextNs = long.MaxValue;
        foreach (ISimSource source in _sources)
        {
            nextNs = Math.Min(nextNs, source.NextAtNs);
        }

        return nextNs;
    }

    private void MoveTo(long nextNs)
    {
        if (nextNs > NowNs)
        {
            NowNs = nextNs;
            _roundsAtOneTime = 0;
            return;
        }

        if (++_roundsAtOneTime > MaxRoundsAtOneTime)
        {
            throw new SimulationFailedException($"Time stands still at {SimTime.Text(NowNs)}: {Due()} always wants to act at once.");
        }
    }

    private string Due() => string.Join(" and ", _sources.Where(source => source.NextAtNs <= NowNs));
}
