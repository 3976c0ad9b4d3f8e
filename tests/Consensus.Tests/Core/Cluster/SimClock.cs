namespace Consensus.Tests.Core.Cluster;

/// <summary>A node's clock: it starts anywhere, runs a little fast or slow, and may jump.</summary>
internal sealed class SimClock(long offsetNs, long ratePpm)
{
    private const long Million = 1_000_000;

    private long _offsetNs = offsetNs;

    public long Local(long trueNs) => _offsetNs + trueNs + (long)((Int128)trueNs * ratePpm / Million);

    /// <summary>When, in true time, the clock will show a local time; one nanosecond of rounding aside.</summary>
    public long True(long localNs) => (long)((Int128)(localNs - _offsetNs) * Million / (Million + ratePpm)) + 1;

    public void Jump(long byNs) => _offsetNs += byNs;
}
