namespace Simulation.Cluster;

/// <summary>How often each event happened in one seed.</summary>
internal sealed class ClusterCounts
{
    private readonly long[] _values = new long[Enum.GetValues<ClusterEvent>().Length];

    public long this[ClusterEvent kind] => _values[(int)kind];

    /// <summary>Faults that somebody chose to make; what follows from them is not counted here.</summary>
    public long Faults { get; private set; }

    /// <summary>Operations that clients began.</summary>
    public long Operations { get; set; }

    public void Note(ClusterEvent kind, long count = 1) => _values[(int)kind] += count;

    public void NoteFault(ClusterEvent kind)
    {
        Note(kind);
        Faults++;
    }
}
