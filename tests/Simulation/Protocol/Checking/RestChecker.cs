using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Network;
using Simulation.Protocol.Nodes;

namespace Simulation.Protocol.Checking;

/// <summary>
/// A session that nobody has asked anything of for seconds holds nothing, has the lanes that it wants, and sends by datagram:
/// what a fault took away has come back, and what an operation took has been given back.
/// <para>Parts of a one-way message whose others were lost stay until their memory is wanted: only a seed without such messages
/// shows that nothing else stays.</para>
/// </summary>
internal static class RestChecker
{
    /// <summary>A beat may be under way at any time, and whatever was sent after it is remembered as long.</summary>
    private const int MaxPacketsAtRest = 64;

    public static void Check(SimNode[] nodes, AddressBook addresses, int wantedLanes, bool mayHoldParts, long nowNs)
    {
        Peering[] peerings = [.. nodes.SelectMany(node => node.Peerings).Where(peering => !peering.IsOver && !peering.Session.IsClosed)];
        foreach (Peering peering in peerings)
        {
            CheckHoldsNothing(peering, mayHoldParts, nowNs);
            int lanes = peering.Session.GetStatistics(nowNs).Lanes;
            if (lanes != wantedLanes)
            {
                Fail(peering, $"has {lanes} lanes of {wantedLanes}", nowNs);
            }
        }

        foreach (Peering initiator in peerings.Where(peering => peering.Uplink is not null))
        {
            Peering? acceptor = Array.Find(peerings, peering => peering.Uplink is null && peering.Session.Id == initiator.Session.Id);
            if (acceptor is not null && !HaveLostEachOther(initiator, acceptor, addresses, nowNs))
            {
                RequireDatagrams(initiator, nowNs);
                RequireDatagrams(acceptor, nowNs);
            }
        }
    }

    /// <summary>
    /// Datagrams never get through when the acceptor moved before it had heard one, since neither knows an address of the
    /// other, or when both have moved: neither hears where the other is now.
    /// </summary>
    private static bool HaveLostEachOther(Peering initiator, Peering acceptor, AddressBook addresses, long nowNs) =>
        addresses.HasMoved(acceptor.Node, initiator.OpenedAtNs, nowNs)
        && (!acceptor.HasProvenPath || addresses.HasMoved(initiator.Node, initiator.OpenedAtNs, nowNs));

    private static void CheckHoldsNothing(Peering peering, bool mayHoldParts, long nowNs)
    {
        SessionStatistics now = peering.Session.GetStatistics(nowNs);
        Require(peering, "packets in flight", now.PacketsInFlight, MaxPacketsAtRest, nowNs);
        Require(peering, "messages", now.MessagesQueued, 0, nowNs);
        Require(peering, "bytes of arriving messages", now.IncomingBytesHeld, mayHoldParts ? long.MaxValue : 0, nowNs);
        Require(peering, "bytes of replies", now.ReplyBytesKept, 0, nowNs);
        Require(peering, "events", now.EventsWaiting, 0, nowNs);
        Require(peering, "open streams", now.StreamsOpen, 0, nowNs);
        Require(peering, "bytes of streams", now.StreamBytesBuffered, 0, nowNs);
    }

    private static void RequireDatagrams(Peering peering, long nowNs)
    {
        if (!peering.Session.GetStatistics(nowNs).DatagramsOpen)
        {
            Fail(peering, "still sends nothing by datagram", nowNs);
        }
    }

    private static void Require(Peering peering, string what, long actual, long most, long nowNs)
    {
        if (actual > most)
        {
            Fail(peering, $"still holds {actual} {what}", nowNs);
        }
    }

    private static void Fail(Peering peering, string what, long nowNs) =>
        throw new SimulationFailedException($"Long after the network healed and all was answered, {peering} {what} ({SimTime.Text(nowNs)}).");
}
