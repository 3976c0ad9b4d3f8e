namespace Scp.Protocol.Recovery;

internal sealed class PathMtuSearch
{
    public PathMtuSearch(int max) { _ = max; }
    public int CurrentBytes => ScpLimits.BaseDatagramBytes;
    public long NextProbeAtNs => long.MaxValue;
    public bool WantsProbe(long nowNs, out int size) { size = 0; return false; }
    public void OnProbeSent(int size, long nowNs) { }
    public void OnProbeAcked(int size, long nowNs) { }
    public void OnProbeLost(int size, long nowNs) { }
    public void OnPacketAcked(int size) { }
    public void OnPacketLost(int size, long nowNs) { }
}
