namespace Consensus.Host;

/// <summary>What a node has said of a snapshot: a part of one, or how far one has come.</summary>
internal sealed class SnapshotMail(NodeId from, SnapshotPart? part, SnapshotProgress? progress) : WorkerMail
{
    public override void Handle(Worker worker, long nowNs)
    {
        if (part is { } bytes)
        {
            worker.Snapshots.HandlePart(from, bytes, nowNs);
        }

        if (progress is { } news)
        {
            worker.Snapshots.HandleProgress(from, news, nowNs);
        }
    }

    /// <summary>As if it had been lost on the way.</summary>
    public override void Abandon()
    {
    }
}
