namespace Consensus.Host;

/// <summary>How long the way to a node and back takes.</summary>
internal sealed class RoundTripMail(NodeId node, long roundTripNs) : WorkerMail
{
    public override void Handle(Worker worker, long nowNs) => worker.HandleRoundTrip(node, roundTripNs, nowNs);

    /// <summary>Nobody waits for it.</summary>
    public override void Abandon()
    {
    }
}
