namespace Scp.Protocol.Liveness;

internal sealed class PhiAccrual
{
    public PhiAccrual(long beatNs) { _ = beatNs; }
    public void Heartbeat(long nowNs) { }
    public double Suspicion(long nowNs) => 0;
}
