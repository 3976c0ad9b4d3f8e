namespace Consensus.Host;

/// <summary>One node as a worker knows it. Groups there are spread over its workers by their ids.</summary>
internal sealed class PeerNode(NodeId id, long nowNs)
{
    private readonly List<PeerWorker> _workers = [new PeerWorker { HeardAtNs = nowNs }];

    public NodeId Id => id;

    public long RoundTripNs { get; set; }

    public ulong Incarnation { get; private set; }

    public IReadOnlyList<PeerWorker> Workers => _workers;

    /// <summary>The worker there that owns a group.</summary>
    public int OwnerOf(GroupId group) => (int)(group.Value % (ulong)_workers.Count);

    /// <summary>Counts silence from here on.</summary>
    public void Forgive(long nowNs)
    {
        foreach (PeerWorker worker in _workers)
        {
            worker.HeardAtNs = nowNs;
        }
    }

    /// <summary>Takes a sign of life in; true when it comes from another process than before.</summary>
    public bool Hear(in BatchHead head, long nowNs)
    {
        bool isAnother = head.Incarnation != Incarnation;
        bool wasKnown = Incarnation != 0;
        if (isAnother || head.Workers != _workers.Count)
        {
            Incarnation = head.Incarnation;
            _workers.Clear();
            for (int i = 0; i < head.Workers; i++)
            {
                _workers.Add(new PeerWorker { HeardAtNs = nowNs });
            }
        }

        PeerWorker worker = _workers[head.Worker];
        if (head.Turn > worker.Turn)
        {
            // A batch that was long on its way, or is there twice, is no sign of life.
            worker.Turn = head.Turn;
            worker.HeardAtNs = nowNs;
        }

        return isAnother && wasKnown;
    }
}
