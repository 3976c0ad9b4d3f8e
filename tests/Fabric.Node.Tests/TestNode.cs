using System.Net;
using Consensus;
using Consensus.Host;
using Consensus.Log;
using Consensus.Tests.Host;
using Scp.Transport;
using Scp.Transport.Identity;

namespace Fabric.Node.Tests;

/// <summary>A node as a process has it: transport, links, carrier, host and a log on disk. Each part can be stopped and started.</summary>
internal sealed class TestNode(NodeId id, IdentityStore? identity, string directory) : IAsyncDisposable
{
    private readonly ScpNodeOptions _transport = new() { Listen = new IPEndPoint(IPAddress.Loopback, 0), Identity = identity };
    private NodeDirectory _known = NodeDirectory.Empty;
    private IPEndPoint? _listen;
    private FileLogDisk? _disk;
    private ScpNode? _node;

    public NodeId Id => id;

    public string Name => $"node-{id.Value}";

    public IPEndPoint EndPoint => _listen!;

    public NodeLinks Links { get; private set; } = null!;

    public ScpMessageCarrier Carrier { get; private set; } = null!;

    public ScpNode Transport => _node!;

    public ConsensusHost Host { get; private set; } = null!;

    public KeyValueMachine Machine { get; private set; } = null!;

    public IConsensusGroup Group { get; private set; } = null!;

    public void Start(bool isNew)
    {
        var options = new NodeLinkOptions
        {
            IsPlain = identity is null,
            MeasureEvery = TimeSpan.FromMilliseconds(20),
            OnProblem = problem => TestContext.Progress.WriteLine($"{id}: {problem}"),
        };
        Links = new NodeLinks(id, _known, options);
        Carrier = new ScpMessageCarrier(Links);
        StartTransport();
        _disk = FileLogDisk.OpenDirectory(Path.Combine(directory, Name));
        var log = NodeLog.Open(_disk, new LogOptions(), id, id.Value + 1000, create: isNew);
        Host = ConsensusHost.Start(id, log, new HostOptions(), Carrier);
        Carrier.Serve(Host);
    }

    public void StartTransport()
    {
        _node = ScpNode.Start(_transport with
        {
            Listen = _listen ?? _transport.Listen,
            Handlers = Carrier.Register(Links.Register(new ScpHandlers())),
            OnProblem = (problem, failure) => TestContext.Progress.WriteLine($"{id}: {problem} {failure}"),
        });
        _listen = _node.LocalEndPoint;
        Links.Start(_node);
    }

    public async Task StopTransportAsync()
    {
        await Links.StopAsync();
        await _node!.DisposeAsync();
        _node = null;
    }

    public void Know(NodeDirectory directory)
    {
        _known = directory;
        Links.Use(directory);
    }

    public async Task OpenGroupAsync(Consensus.Core.Configuration? founding)
    {
        Machine = new KeyValueMachine();
        Group = await Host.OpenAsync(new GroupSetup(new GroupId(1), new ReplicaId(id.Value), founding), Machine);
    }

    public async Task StopAsync()
    {
        if (_disk is null)
        {
            return;
        }

        await Host.DisposeAsync();
        if (_node is not null)
        {
            await StopTransportAsync();
        }

        _disk.Dispose();
        _disk = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}
