using Scp.PathModel;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Network;

namespace Simulation.Experiments;

/// <summary>
/// Small requests over a simulated path in virtual time: through two real sessions, or bare, over the same path with its
/// loss set to zero, as the control that they are held against.
/// </summary>
internal static class LatencyExperiment
{
    /// <summary>What a bare exchange adds to its payload: about as much as a datagram of a session.</summary>
    private const int BareHeaderBytes = DatagramNetwork.HeaderBytes + 16;

    private const int WarmUpSeconds = 5;
    private const long DrainNs = 10 * SimTime.Second;

    /// <summary>The requests as calls of a session.</summary>
    public static LatencyResult Run(PathProfile profile, LatencyTraffic traffic, ulong seed)
    {
        var client = new OpenLoopClient(traffic);
        Lab lab = new Lab(profile, new EndpointOptions(), client, new EchoServer(traffic.ReplyBytes), seed).Connected();
        client.Begin(lab.NowNs, WarmUpSeconds, isMeasured: false);
        lab.RunFor(WarmUpSeconds * SimTime.Second);
        Bytes before = BytesOf(lab);
        client.Begin(lab.NowNs, traffic.Seconds, isMeasured: true);
        lab.RunFor((traffic.Seconds * SimTime.Second) + DrainNs);
        Bytes sent = BytesOf(lab) - before;
        return new LatencyResult(client.LatenciesNs, (int)client.Measured - client.LatenciesNs.Count)
        {
            Seconds = traffic.Seconds,
            BaseBytes = sent.All - sent.Redundant - sent.Urgent,
            RedundantBytes = sent.Redundant,
            UrgentBytes = sent.Urgent,
        };
    }

    /// <summary>The requests as bare datagrams over the path without its loss.</summary>
    public static LatencyResult RunControl(PathProfile profile, LatencyTraffic traffic, ulong seed)
    {
        var path = new DuplexPath(profile with { LossProbability = 0, Burst = null }, seed);
        var latencies = new List<long>();
        for (int i = 0; i < traffic.RequestsPerSecond * traffic.Seconds; i++)
        {
            long sentNs = i * SimTime.Second / traffic.RequestsPerSecond;
            Verdict there = path.Outgoing.Offer(sentNs, traffic.RequestBytes + BareHeaderBytes);
            Verdict back = path.Incoming.Offer(there.First.DeliverAtNs, traffic.ReplyBytes + BareHeaderBytes);
            latencies.Add(back.First.DeliverAtNs - sentNs);
        }

        return new LatencyResult(latencies, 0) { Seconds = traffic.Seconds };
    }

    private static Bytes BytesOf(Lab lab)
    {
        SessionStatistics client = lab.ClientSession.GetStatistics(lab.NowNs);
        SessionStatistics server = lab.ServerSession.GetStatistics(lab.NowNs);
        return new Bytes(
            client.BytesSent + server.BytesSent,
            client.RedundantBytesSent + server.RedundantBytesSent,
            client.UrgentBytesSent + server.UrgentBytesSent);
    }

    private readonly record struct Bytes(long All, long Redundant, long Urgent)
    {
        public static Bytes operator -(Bytes left, Bytes right) =>
            new(left.All - right.All, left.Redundant - right.Redundant, left.Urgent - right.Urgent);
    }
}
