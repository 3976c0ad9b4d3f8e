namespace Simulation.Harness;

/// <summary>
/// How often each thing happened that a run must have seen to mean anything. Counters are named once by the simulator that
/// owns them and added up over its seeds.
/// </summary>
internal sealed class Coverage(IReadOnlyList<CoverageCounter> counters)
{
    private readonly long[] _values = new long[counters.Count];

    public IReadOnlyList<CoverageCounter> Counters => counters;

    public long this[int counter] => _values[counter];

    public void Add(int counter, long count = 1) => _values[counter] += count;

    public void Add(Coverage other)
    {
        for (int i = 0; i < _values.Length; i++)
        {
            _values[i] += other._values[i];
        }
    }

    /// <summary>Required counters that never moved.</summary>
    public IEnumerable<string> Missing() =>
        counters.Where((counter, i) => counter.IsRequired && _values[i] == 0).Select(counter => counter.Name);
}
