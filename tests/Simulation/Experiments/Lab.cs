using Scp.PathModel;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Network;
using Simulation.Protocol.Nodes;

namespace Simulation.Experiments;

/// <summary>Two nodes, one session and one path without faults: where figures are measured in virtual time.</summary>
internal sealed class Lab
{
    private const int ClientNode = 0;
    private const int ServerNode = 1;
    private const long SettleNs = 2 * SimTime.Second;

    private readonly SimLoop _loop = new();
    private readonly PathTable _paths;
    private readonly LaneNetwork _lanes;
    private readonly SimNode _client;
    private readonly SimNode _server;

    public Lab(PathProfile profile, EndpointOptions options, IApplication client, IApplication server, ulong seed)
    {
        var seeds = new PathRandom(seed);
        var trace = new SimTrace(null);
        var addresses = new AddressBook(2);
        _paths = new PathTable(2, (_, _) => profile, seeds.Fork());
        var datagrams = new DatagramNetwork(_paths, addresses, trace);
        _lanes = new LaneNetwork(_paths, trace, seeds.Fork()) { DialFailure = 0 };
        var services = new SimServices(_paths, addresses, datagrams, _lanes, trace, seeds.Fork());
        _client = new SimNode(ClientNode, services, options, new SimEntropy(seeds.Fork())) { Application = client };
        _server = new SimNode(ServerNode, services, options, new SimEntropy(seeds.Fork())) { Application = server };
        _client.AddUplink(ServerNode);
        _loop.Add(datagrams);
        _loop.Add(_lanes);
        _loop.Add(_client);
        _loop.Add(_server);
    }

    public long NowNs => _loop.NowNs;

    public PathDirection There => _paths[ClientNode, ServerNode].Datagrams;

    public PathDirection Back => _paths[ServerNode, ClientNode].Datagrams;

    public ScpSession ClientSession => _client.Uplinks[0].Current!.Session;

    public ScpSession ServerSession => _server.Peerings[0].Session;

    /// <summary>Puts another source of traffic on the same path.</summary>
    public void Add(ISimSource source) => _loop.Add(source);

    public void BreakLanes(long gapNs, long lengthNs) => _loop.Add(new LaneBreaker(_lanes, _loop.NowNs, gapNs, _loop.NowNs + lengthNs));

    /// <summary>Runs until the session is up and datagrams get through.</summary>
    public Lab Connected()
    {
        RunFor(SettleNs);
        if (_client.Uplinks[0].Current is not { UpAtNs: < long.MaxValue } peering || !peering.Session.GetStatistics(NowNs).DatagramsOpen)
        {
            throw new SimulationFailedException($"The session did not come up over {There.Profile.Name} within {SimTime.Text(SettleNs)}.");
        }

        return this;
    }

    public void RunFor(long durationNs) => _loop.RunUntil(_loop.NowNs + durationNs);
}
