using System.Diagnostics;

namespace Simulation.Harness;

/// <summary>
/// Runs many seeds, a few at a time. Simulations share nothing, so threads cannot change a result; only the order in which
/// seeds finish differs from run to run.
/// </summary>
internal sealed class SeedRunner(Func<ulong, SeedResult> run, IReadOnlyList<CoverageCounter> counters)
{
    private readonly Lock _gate = new();
    private readonly List<SeedResult> _failures = [];
    private readonly Coverage _coverage = new(counters);
    private long _simulatedNs;
    private int _done;
    private bool _stop;

    public Coverage Coverage => _coverage;

    public long SimulatedNs => _simulatedNs;

    public int Done => _done;

    /// <summary>By seed.</summary>
    public IReadOnlyList<SeedResult> Failures => _failures;

    public TimeSpan Elapsed { get; private set; }

    public void Run(ulong firstSeed, int count, int workers, bool keepGoing, SeedProgress progress)
    {
        long startedAt = Stopwatch.GetTimestamp();
        int taken = -1;
        var threads = new Thread[Math.Min(workers, count)];
        for (int i = 0; i < threads.Length; i++)
        {
            threads[i] = new Thread(() =>
            {
                for (int index = Interlocked.Increment(ref taken); index < count && !Volatile.Read(ref _stop); index = Interlocked.Increment(ref taken))
                {
                    Note(run(firstSeed + (ulong)index), keepGoing, progress, count);
                }
            });
            threads[i].Start();
        }

        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        Elapsed = Stopwatch.GetElapsedTime(startedAt);
        _failures.Sort((left, right) => left.Seed.CompareTo(right.Seed));
        progress.End();
    }

    private void Note(SeedResult result, bool keepGoing, SeedProgress progress, int count)
    {
        lock (_gate)
        {
            _done++;
            _simulatedNs += result.SimulatedNs;
            _coverage.Add(result.Coverage);
            if (result.Failure is not null)
            {
                _failures.Add(result);
                _stop |= !keepGoing;
            }

            progress.Show(_done, count, _failures.Count);
        }
    }
}
