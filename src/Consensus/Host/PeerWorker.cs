namespace Consensus.Host;

/// <summary>A worker of another node: when it last showed that it steps.</summary>
internal sealed class PeerWorker
{
    public long Turn { get; set; }

    public long HeardAtNs { get; set; }

    public bool IsSuspect { get; set; }
}
