using Scp.PathModel;
using Scp.Protocol;
using Simulation.Harness;
using Simulation.Network;
using Simulation.Protocol.Checking;

namespace Simulation.Protocol.Nodes;

/// <summary>What all nodes of a simulation share.</summary>
internal sealed class SimServices(PathTable paths, AddressBook addresses, DatagramNetwork datagrams, LaneNetwork lanes, SimTrace trace, PathRandom random)
{
    private const long MinReconnectNs = 50 * SimTime.Ms;
    private const long MaxReconnectNs = 800 * SimTime.Ms;

    private PathRandom _random = random;
    private int _peerings;

    public PathTable Paths => paths;

    public AddressBook Addresses => addresses;

    public DatagramNetwork Datagrams => datagrams;

    public LaneNetwork Lanes => lanes;

    public SimTrace Trace => trace;

    public SessionTotals Totals { get; } = new();

    /// <summary>Remembers every datagram, so it is only for runs that end soon.</summary>
    public ReplayChecker? Replays { get; init; }

    /// <summary>Lanes that an endpoint refused, by whatever code.</summary>
    public long LanesRefused { get; private set; }

    public int NextPeeringNumber() => ++_peerings;

    /// <summary>How long a shell waits before it tries again to connect.</summary>
    public long ReconnectDelayNs() => _random.NextBetween(MinReconnectNs, MaxReconnectNs);

    public void OnLaneRefused(LaneEnd end, ErrorCode code, long nowNs)
    {
        LanesRefused++;
        if (trace.IsOn)
        {
            trace.Write(nowNs, $"n{end.Node}  lane from n{end.Peer} refused: {code}");
        }
    }
}
