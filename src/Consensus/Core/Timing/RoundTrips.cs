namespace Consensus.Core;

/// <summary>The round trip times to the other members, as the transport measures them.</summary>
internal sealed class RoundTrips(long defaultNs)
{
    private readonly List<(ReplicaId Peer, long Ns)> _known = [];

    /// <summary>Notes a measurement; beyond as many peers as a group can have, unknown ones are not noted.</summary>
    public void Note(ReplicaId peer, long ns)
    {
        int at = _known.FindIndex(k => k.Peer == peer);
        if (at >= 0)
        {
            _known[at] = (peer, ns);
        }
        else if (_known.Count < Configuration.MaxMembers)
        {
            _known.Add((peer, ns));
        }
    }

    public void Keep(Configuration configuration) => _known.RemoveAll(k => !configuration.IsMember(k.Peer));

    public long Of(ReplicaId peer)
    {
        foreach (var (known, ns) in _known)
        {
            if (known == peer)
            {
                return ns;
            }
        }

        return defaultNs;
    }

    /// <summary>How long a question to all takes until a quorum, this replica included, has answered.</summary>
    public long QuorumNs(Configuration configuration, ReplicaId self)
    {
        // The largest of the negated times that a quorum reaches is the least time within which a quorum has answered.
        long reached = configuration.Reached(new Negated(this, self));
        return reached == Majority.Nothing ? defaultNs : -reached;
    }

    private readonly struct Negated(RoundTrips times, ReplicaId self) : IReplicaValue
    {
        public long Of(ReplicaId replica) => replica == self ? 0 : -times.Of(replica);
    }
}
