using System.Net;
using Consensus;
using Fabric.Node;
using LoadGen.Scp;
using Scp.Protocol.Messages;
using Scp.Transport;

namespace LoadGen.Raft;

/// <summary>Proposes commands to whoever leads: one session with each node, leaders remembered by group and followed by hint.</summary>
internal sealed class RaftClient : IAsyncDisposable
{
    /// <summary>Before another attempt, when nothing says where to go.</summary>
    private const int PauseMs = 2;

    private readonly ScpNode _node;
    private readonly NodeDirectory _nodes;
    private readonly RaftSession[] _sessions;
    private readonly int[] _leaders;
    private readonly CallOptions _options;

    public RaftClient(NodeDirectory nodes, int groups, string? keys, TimeSpan timeout)
    {
        _nodes = nodes;
        bool isLocal = nodes.All.All(node => IPAddress.IsLoopback(((IPEndPoint)node.EndPoints[0]).Address));
        _node = ScpNode.Start(new ScpNodeOptions
        {
            Listen = new IPEndPoint(isLocal ? IPAddress.Loopback : IPAddress.Any, 0),
            Identity = keys is null ? null : ScpKeys.Load(keys, ScpKeys.Client),
            AcceptsSessions = false,
        });
        _sessions = [.. nodes.All.Select(address => new RaftSession(_node, address))];
        _leaders = new int[groups + 1];
        _options = new CallOptions { Timeout = timeout, ContinueInline = true };
    }

    public RaftTally Tally { get; private set; } = new();

    /// <summary>Counts from zero again.</summary>
    public void ResetTally() => Tally = new RaftTally();

    /// <summary>The node that was last heard to lead a group.</summary>
    public NodeId LeaderOf(int group) => _nodes.All[Volatile.Read(ref _leaders[group])].Node;

    /// <summary>Proposes again and again until the command is applied; false only when it is cancelled.</summary>
    public async ValueTask<bool> ProposeAsync(int group, ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            int target = Volatile.Read(ref _leaders[group]);
            (ProposalStatus status, ulong hint) = await AskAsync(target, request, cancellation).ConfigureAwait(false);
            if (status == ProposalStatus.Applied)
            {
                return true;
            }

            if (!TryFollow(group, target, status, hint))
            {
                await Task.Delay(PauseMs, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return false;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RaftSession session in _sessions)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        await _node.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<(ProposalStatus Status, ulong Leader)> AskAsync(int target, ReadOnlyMemory<byte> request, CancellationToken cancellation)
    {
        if (_sessions[target].Peer is not { } peer)
        {
            Tally.CountUnreachable();
            return (ProposalStatus.Closed, 0);
        }

        using ScpReply reply = await peer.CallAsync(RaftTopics.Propose, request, _options, cancellation).ConfigureAwait(false);
        if (!reply.IsOk)
        {
            if (reply.Outcome == CallOutcome.NotRun)
            {
                Tally.CountUnreachable();
            }
            else
            {
                Tally.CountUnknown();
            }

            return (ProposalStatus.Closed, 0);
        }

        (ProposalStatus status, ulong leader) = RaftFormat.ReadAnswer(reply.Payload.Span);
        switch (status)
        {
            case ProposalStatus.Applied:
                break;
            case ProposalStatus.NotLeader:
                Tally.CountNotLeader();
                break;
            case ProposalStatus.Unknown:
                Tally.CountUnknown();
                break;
            default:
                Tally.CountRefused();
                break;
        }

        return (status, leader);
    }

    /// <summary>Picks whom to ask next; false when that is a guess, and a pause is due.</summary>
    private bool TryFollow(int group, int asked, ProposalStatus status, ulong hint)
    {
        for (int i = 0; i < _sessions.Length; i++)
        {
            if (status == ProposalStatus.NotLeader && i != asked && _nodes.All[i].Node.Value == hint && _sessions[i].Peer is not null)
            {
                Volatile.Write(ref _leaders[group], i);
                return true;
            }
        }

        // Only if nobody has found out better meanwhile; an overloaded leader still leads.
        if (status is not (ProposalStatus.Overloaded or ProposalStatus.DiskFull))
        {
            _ = Interlocked.CompareExchange(ref _leaders[group], (asked + 1) % _sessions.Length, asked);
        }

        return false;
    }
}
