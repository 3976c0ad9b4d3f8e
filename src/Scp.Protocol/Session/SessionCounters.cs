namespace Scp.Protocol.Session;

/// <summary>Running totals of one session, for its statistics.</summary>
internal sealed class SessionCounters
{
    public long PacketsSent;
    public long PacketsReceived;
    public long PacketsRecovered;
    public long BytesSent;
    public long BytesReceived;
    public long RedundantBytesSent;
    public long UrgentBytesSent;
    public long DatagramsTaken;
    public long DatagramsDropped;
    public long Resumes;
}
