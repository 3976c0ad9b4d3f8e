namespace Simulation.Cluster.Nodes;

/// <summary>A node's clock: it begins anywhere, runs a little fast or slow, and may jump.</summary>
internal sealed class NodeClock(long startNs)
{
    private const long Million = 1_000_000;

    private long _baseNs = startNs;
    private long _baseAtNs;
    private long _perMillion = Million;

    /// <summary>What the clock shows at a true time.</summary>
    public long At(long trueNs) => _baseNs + (long)((Int128)(trueNs - _baseAtNs) * _perMillion / Million);

    /// <summary>How long a wait by this clock truly takes.</summary>
    public long TrueDelay(long delayNs) => (long)((Int128)delayNs * Million / _perMillion);

    public void SetError(int partsPerMillion, long trueNs)
    {
        Jump(0, trueNs);
        _perMillion = Million + partsPerMillion;
    }

    public void Jump(long byNs, long trueNs)
    {
        _baseNs = At(trueNs) + byNs;
        _baseAtNs = trueNs;
    }
}
