using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Consensus;
using Consensus.Core;
using Consensus.Host;
using Consensus.Log;
using Fabric.Node;
using LoadGen.Measuring;
using LoadGen.Scp;
using Scp.Transport;

namespace LoadGen.Raft;

/// <summary>A node that takes clients' commands: transport, links, host, and a log on disk; a map for each group.</summary>
internal sealed class RaftServer : IPeerServer
{
    private readonly FileLogDisk _disk;
    private readonly NodeLog _log;
    private readonly NodeLinks _links;
    private readonly ScpMessageCarrier _carrier;
    private readonly ConsensusHost _host;
    private readonly ScpNode _node;
    private readonly Dictionary<ulong, IConsensusGroup> _groups = [];
    private bool _isOpen;

    private RaftServer(RaftServerOptions options, Action<string> report)
    {
        bool isNew = !Directory.Exists(options.Data);
        _disk = FileLogDisk.OpenDirectory(options.Data);
        _log = NodeLog.Open(_disk, new LogOptions(), options.Id, BitConverter.ToUInt128(RandomNumberGenerator.GetBytes(16)), create: isNew);
        _links = new NodeLinks(options.Id, options.Nodes, new NodeLinkOptions { IsPlain = options.Keys is null, OnProblem = report });
        _carrier = new ScpMessageCarrier(_links);
        _host = ConsensusHost.Start(options.Id, _log, new HostOptions { Workers = options.Workers }, _carrier);
        _carrier.Serve(_host);
        _node = ScpNode.Start(new ScpNodeOptions
        {
            Listen = (IPEndPoint)options.Nodes.Find(options.Id)!.EndPoints[0],
            Identity = options.Keys is null ? null : ScpKeys.Load(options.Keys, RaftNodes.NameOf(options.Id.Value)),
            Handlers = _carrier.Register(_links.Register(new ScpHandlers())).OnRequest(RaftTopics.Propose, ProposeAsync, HandlerThread.Inline),
            OnProblem = (problem, failure) => report(failure is null ? problem : $"{problem} {failure.Message}"),
        });
        _links.Start(_node);
    }

    public IPEndPoint LocalEndPoint => _node.LocalEndPoint;

    /// <summary>Ends with the reason when the node cannot go on.</summary>
    public Task<Exception> Failed => _host.Failed;

    /// <summary>Starts a node, new or from its data; each node has one voter of every group, under the node's own number.</summary>
    public static async Task<RaftServer> StartAsync(RaftServerOptions options, Action<string> report)
    {
        var server = new RaftServer(options, report);
        try
        {
            Member[] members = [.. options.Nodes.All.Select(node => new Member(new ReplicaId(node.Node.Value), node.Node))];
            var founding = Configuration.TryCreate(members, [], out string? problem);
            IEnumerable<Task<IConsensusGroup>> opening = Enumerable.Range(1, options.Groups).Select(group =>
                server._host.OpenAsync(new GroupSetup(new GroupId((ulong)group), new ReplicaId(options.Id.Value), founding ?? throw new ArgumentException(problem)), new RaftMap()).AsTask());
            foreach (IConsensusGroup group in await Task.WhenAll(opening).ConfigureAwait(false))
            {
                server._groups.Add(group.Id.Value, group);
            }

            Volatile.Write(ref server._isOpen, true);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What the node did, for whoever wants to know where its time went.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{_carrier.Figures} {_log.Measure()} allocated {GC.GetTotalAllocatedBytes() / 1e6:0} MB, collected {GC.CollectionCount(0)}, {GC.CollectionCount(1)} and {GC.CollectionCount(2)} times by generation, stood still for that {GC.GetTotalPauseDuration().TotalMilliseconds:0} ms, worked {Environment.CpuUsage.TotalTime.TotalSeconds:0.0} s");

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync().ConfigureAwait(false);
        await _links.DisposeAsync().ConfigureAwait(false);
        await _node.DisposeAsync().ConfigureAwait(false);
        _disk.Dispose();
    }

    private async ValueTask ProposeAsync(ScpRequest request)
    {
        if (!Volatile.Read(ref _isOpen) || !RaftFormat.TryReadRequest(request.Payload.Span, out ulong number, out ReadOnlySpan<byte> command)
            || !_groups.TryGetValue(number, out IConsensusGroup? group))
        {
            Answer(request, new ProposalResult(ProposalStatus.Closed, 0, default, ReplicaId.None));
            return;
        }

        // The command outlives the request: it goes into the log and to the other nodes.
        Answer(request, await group.ProposeAsync(command.ToArray()).ConfigureAwait(false));
    }

    private static void Answer(ScpRequest request, in ProposalResult result)
    {
        Span<byte> answer = stackalloc byte[RaftFormat.AnswerBytes];
        RaftFormat.WriteAnswer(answer, result.Status, result.LeaderHint.Value);
        request.Reply(answer);
    }
}
