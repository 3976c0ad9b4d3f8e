namespace Consensus.Host;

/// <summary>
/// The nodes that a worker's groups have members on: whether their workers live, and when they are to hear that this one
/// does. Groups that sleep rest on it.
/// </summary>
internal sealed class PeerNodes(HostOptions options)
{
    private readonly SortedDictionary<ulong, PeerNode> _nodes = [];

    private long _beatAtNs = long.MaxValue;

    /// <summary>When <see cref="Worker.Step"/> is wanted for it.</summary>
    public long NextNs => _beatAtNs;

    public IEnumerable<PeerNode> All => _nodes.Values;

    public void Add(NodeId node, long nowNs)
    {
        if (_nodes.TryAdd(node.Value, new PeerNode(node, nowNs)))
        {
            _beatAtNs = Math.Min(_beatAtNs, nowNs + options.BeatNs);
        }
    }

    public PeerNode? Find(NodeId node) => _nodes.GetValueOrDefault(node.Value);

    /// <summary>The clock has fallen back: beats are due, and nobody has been silent yet.</summary>
    public void StartOverFrom(long nowNs)
    {
        _beatAtNs = _nodes.Count > 0 ? nowNs : long.MaxValue;
        foreach (PeerNode node in _nodes.Values)
        {
            node.Forgive(nowNs);
        }
    }

    /// <summary>Whether it is time for a look and a sign of life; the next one follows.</summary>
    /// <param name="stoodStill">It comes so late that this side's own silence must not count as that of others.</param>
    public bool IsDue(long nowNs, out bool stoodStill)
    {
        stoodStill = _beatAtNs != long.MaxValue && nowNs - _beatAtNs > options.SilenceNs / 4;
        if (nowNs < _beatAtNs)
        {
            return false;
        }

        _beatAtNs = nowNs + options.BeatNs;
        return true;
    }

    /// <summary>Whether a round trip differs enough from the last one told to be worth telling.</summary>
    public bool IsNews(NodeId node, long roundTripNs)
    {
        const int PartOf = 8;
        if (Find(node) is not { } peer || Math.Abs(roundTripNs - peer.RoundTripNs) <= peer.RoundTripNs / PartOf)
        {
            return false;
        }

        peer.RoundTripNs = roundTripNs;
        return true;
    }
}
