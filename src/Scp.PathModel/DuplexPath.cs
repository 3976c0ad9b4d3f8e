namespace Scp.PathModel;

/// <summary>
/// The two directions between two ends, called near and far. Each has its own random source, so that what one side sends does
/// not change the fate of what the other sends.
/// </summary>
public sealed class DuplexPath
{
    public DuplexPath(PathProfile profile, ulong seed, long nowNs = 0)
        : this(profile, profile, seed, nowNs)
    {
    }

    public DuplexPath(PathProfile outgoing, PathProfile incoming, ulong seed, long nowNs = 0)
    {
        var seeds = new PathRandom(seed);
        Outgoing = new PathDirection(outgoing, seeds.NextUInt64(), nowNs);
        Incoming = new PathDirection(incoming, seeds.NextUInt64(), nowNs);
        Mirror = new DuplexPath(this);
    }

    private DuplexPath(DuplexPath mirrored)
    {
        Outgoing = mirrored.Incoming;
        Incoming = mirrored.Outgoing;
        Mirror = mirrored;
    }

    /// <summary>From the near end to the far end.</summary>
    public PathDirection Outgoing { get; }

    /// <summary>From the far end to the near end.</summary>
    public PathDirection Incoming { get; }

    /// <summary>The same path as the far end sees it: the same two directions, exchanged.</summary>
    public DuplexPath Mirror { get; }

    public void Apply(PathProfile profile, long nowNs)
    {
        Outgoing.Apply(profile, nowNs);
        Incoming.Apply(profile, nowNs);
    }

    public void CutBoth()
    {
        Outgoing.Cut();
        Incoming.Cut();
    }

    public void HealBoth()
    {
        Outgoing.Heal();
        Incoming.Heal();
    }
}
