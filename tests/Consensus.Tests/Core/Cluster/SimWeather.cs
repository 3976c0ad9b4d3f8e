namespace Consensus.Tests.Core.Cluster;

/// <summary>What keeps happening to a cluster. Some faults need each other, and would seldom meet by chance.</summary>
internal enum SimWeather
{
    /// <summary>Everything, at random.</summary>
    Mixed,

    /// <summary>Leaders reach a few members for a moment and then nobody: histories fork as often as they can.</summary>
    Toppling,

    /// <summary>A leader is out of sight just when a voter that had promised it something is restarted.</summary>
    Overshadowing,

    /// <summary>A leader hands over and is out of sight before it hears of its heir.</summary>
    HandingOver,

    /// <summary>Members change all the time, between partitions.</summary>
    Changing,
}
