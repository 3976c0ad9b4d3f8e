using Scp.Protocol;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Protocol.Nodes;

namespace Simulation.Protocol.Checking;

/// <summary>
/// What a session holds stays within its named limits, looked at several times a second; it also notes what only shows from
/// outside, such as how large datagrams are.
/// </summary>
internal sealed class BoundsChecker(SimNode[] nodes) : ISimSource
{
    private const long IntervalNs = 250 * SimTime.Ms;

    /// <summary>A call causes at most a request and a withdrawal on one side and an outcome on the other; streams are bounded too.</summary>
    private const int MaxEvents = (3 * ScpLimits.MaxSlots) + (8 * ScpLimits.MaxStreams) + ScpLimits.MaxQueuedMessages + 64;

    private readonly Dictionary<Peering, int> _datagramBytes = [];

    public long NextAtNs { get; private set; } = IntervalNs;

    public long MtuGrew { get; private set; }

    public long MtuShrank { get; private set; }

    public void Advance(long nowNs)
    {
        NextAtNs = nowNs + IntervalNs;
        foreach (SimNode node in nodes)
        {
            foreach (Peering peering in node.Peerings)
            {
                Check(peering, nowNs);
            }
        }
    }

    private void Check(Peering peering, long nowNs)
    {
        SessionStatistics now = peering.Session.GetStatistics(nowNs);
        Require(peering, "packets in flight", now.PacketsInFlight, ScpLimits.MaxPacketsInFlight, nowNs);
        Require(peering, "messages queued", now.MessagesQueued, ScpLimits.MaxQueuedMessages + ScpLimits.MaxSlots, nowNs);
        Require(peering, "bytes of arriving messages", now.IncomingBytesHeld, ScpLimits.MaxIncomingMessageBytes + ScpLimits.MaxMessageBytes, nowNs);
        Require(peering, "bytes of kept replies", now.ReplyBytesKept, ScpLimits.MaxReplyCacheBytes + ScpLimits.MaxMessageBytes, nowNs);
        Require(peering, "events waiting", now.EventsWaiting, MaxEvents, nowNs);
        Require(peering, "streams open", now.StreamsOpen, 2 * ScpLimits.MaxStreams, nowNs);
        Require(peering, "lanes", now.Lanes, ScpLimits.MaxLanes, nowNs);
        if (_datagramBytes.TryGetValue(peering, out int before))
        {
            MtuGrew += now.DatagramBytes > before ? 1 : 0;
            MtuShrank += now.DatagramBytes < before ? 1 : 0;
        }

        _datagramBytes[peering] = now.DatagramBytes;
    }

    private static void Require(Peering peering, string what, long actual, long limit, long nowNs)
    {
        if (actual < 0 || actual > limit)
        {
            throw new SimulationFailedException($"{peering} has {actual} {what}; the limit is {limit} ({SimTime.Text(nowNs)}).");
        }
    }
}
