namespace Consensus.Host;

/// <summary>A worker of another node: when it last showed that it steps.</summary>
internal sealed class PeerWorker
{
    public long Turn { get; set; }

    public long HeardAtNs { get; set; }

    public bool IsSuspect { get; set; }

    /// <summary>A leader here sleeps without its member there: it is to hear of the next sign of life, suspect or not.</summary>
    public bool IsAwaited { get; set; }
}
