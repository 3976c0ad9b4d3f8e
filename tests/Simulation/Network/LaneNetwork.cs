using System.Diagnostics.CodeAnalysis;
using Scp.PathModel;
using Simulation.Harness;

namespace Simulation.Network;

/// <summary>TCP with TLS between the nodes: dials, handshakes that end at different times on both sides, connections.</summary>
internal sealed class LaneNetwork(PathTable paths, SimTrace trace, PathRandom random) : ISimSource
{
    private const long KeepAliveNs = 12 * SimTime.Second;
    private const long HandshakeRetryNs = 200 * SimTime.Ms;
    private const long HandshakeLimitNs = 8 * SimTime.Second;
    private const int MinBufferBytes = 32 * 1024;
    private const int MaxBufferBytes = 512 * 1024;

    private readonly ILaneOwner[] _owners = new ILaneOwner[paths.Nodes];
    private readonly List<LaneConnection> _connections = [];
    private readonly DeliveryQueue<DialStep> _dials = new();
    private PathRandom _random = random;

    /// <summary>How many dials fail although the path would carry them.</summary>
    public double DialFailure { get; init; } = 0.05;

    public long Dialled { get; private set; }

    public long DialsFailed { get; private set; }

    public long Cuts { get; private set; }

    public long CutsThatLostBytes { get; private set; }

    public long NextAtNs
    {
        get
        {
            long nextNs = _dials.NextAtNs;
            foreach (LaneConnection connection in _connections)
            {
                nextNs = Math.Min(nextNs, connection.NextAtNs(_owners));
            }

            return nextNs;
        }
    }

    public void Attach(int node, ILaneOwner owner) => _owners[node] = owner;

    /// <summary>The dialling node hears of the end by <see cref="ILaneOwner.OnDialled"/> with its ticket.</summary>
    public void Dial(int from, int to, object ticket, long nowNs)
    {
        Dialled++;
        long roundTripNs = paths.RoundTripNs(from, to);
        long doneNs = nowNs + (2 * roundTripNs) + _random.NextBelow(roundTripNs + SimTime.Ms);
        bool fails = _random.Chance(DialFailure);
        Add(new DialStep(fails ? DialPhase.Failed : DialPhase.ClientDone, from, to, ticket, null, nowNs), doneNs);
    }

    public void Advance(long nowNs)
    {
        while (_dials.TryDequeueDue(nowNs, out DialStep step))
        {
            Take(step, nowNs);
        }

        for (int i = 0; i < _connections.Count; i++)
        {
            LaneConnection connection = _connections[i];
            if (connection.NextAtNs(_owners) <= nowNs)
            {
                connection.Advance(nowNs, _owners, KeepAliveNs);
            }
        }

        _connections.RemoveAll(static connection => connection.IsOver);
    }

    /// <summary>Breaks one open connection between the two, if there is one.</summary>
    public bool TryBreakOne(int one, int other, long nowNs)
    {
        if (!TryFindOpen(one, other, out LaneConnection? connection))
        {
            return false;
        }

        Break(connection, nowNs);
        return true;
    }

    /// <summary>A process has ended: its sockets are gone without a word, and its dials with it.</summary>
    public void OnProcessEnded(int node, long nowNs)
    {
        foreach (LaneConnection connection in _connections)
        {
            LaneEnd? mine = connection.Initiator.Node == node ? connection.Initiator : connection.Acceptor.Node == node ? connection.Acceptor : null;
            if (mine is { IsClosed: false })
            {
                Break(connection, nowNs);
                mine.Close(nowNs);
            }
        }
    }

    private void Break(LaneConnection connection, long nowNs)
    {
        Cuts++;
        CutsThatLostBytes += connection.Break(nowNs, KeepAliveNs) ? 1 : 0;
        if (trace.IsOn)
        {
            trace.Write(nowNs, $"n{connection.Initiator.Node} - n{connection.Acceptor.Node}  connection breaks; told {SimTime.Text(connection.Initiator.NoticeAtNs)} and {SimTime.Text(connection.Acceptor.NoticeAtNs)}");
        }
    }

    private bool TryFindOpen(int one, int other, [NotNullWhen(true)] out LaneConnection? found)
    {
        found = _connections.Find(connection => connection.IsOpen
            && ((connection.Initiator.Node == one && connection.Acceptor.Node == other)
                || (connection.Initiator.Node == other && connection.Acceptor.Node == one)));
        return found is not null;
    }

    private void Take(in DialStep step, long nowNs)
    {
        bool isCut = paths[step.From, step.To].AreLanesCut || paths[step.To, step.From].AreLanesCut;
        switch (step.Phase)
        {
            case DialPhase.ClientDone when isCut:
                Add(step with { Phase = DialPhase.Failed }, nowNs + _random.NextBetween(0, 2 * SimTime.Second));
                break;
            case DialPhase.ClientDone:
                FinishClient(step, nowNs);
                break;
            case DialPhase.ServerDone:
                FinishServer(step, isCut, nowNs);
                break;
            case DialPhase.Failed:
            default:
                DialsFailed++;
                _owners[step.From].OnDialled(step.Ticket, null, nowNs);
                break;
        }
    }

    private void FinishClient(in DialStep step, long nowNs)
    {
        int bufferBytes = (int)_random.NextBetween(MinBufferBytes, MaxBufferBytes);
        var connection = new LaneConnection(paths, step.From, step.To, bufferBytes, _random.Fork());
        _connections.Add(connection);
        long serverNs = nowNs + paths[step.From, step.To].Profile.OneWayDelayNs;
        connection.Initiator.Outgoing.HoldUntil(serverNs);
        Add(step with { Phase = DialPhase.ServerDone, Connection = connection, SinceNs = nowNs }, serverNs);
        _owners[step.From].OnDialled(step.Ticket, connection.Initiator, nowNs);
    }

    private void FinishServer(in DialStep step, bool isCut, long nowNs)
    {
        LaneConnection connection = step.Connection!;
        if (connection.Acceptor.IsClosed)
        {
            return;
        }

        if (connection.IsBroken || nowNs - step.SinceNs > HandshakeLimitNs)
        {
            connection.Acceptor.Close(nowNs);
            if (!connection.IsBroken)
            {
                Break(connection, nowNs);
            }

            return;
        }

        ILaneOwner owner = _owners[step.To];
        if (isCut || owner.AwayUntilNs > nowNs)
        {
            Add(step, Math.Max(nowNs + HandshakeRetryNs, owner.AwayUntilNs));
            return;
        }

        owner.OnAccepted(connection.Acceptor, nowNs);
    }

    private void Add(in DialStep step, long atNs)
    {
        if (!_dials.TryEnqueue(atNs, step))
        {
            throw new SimulationFailedException($"Too many dials are under way at {SimTime.Text(atNs)}.");
        }
    }

    private enum DialPhase
    {
        ClientDone,
        ServerDone,
        Failed,
    }

    private readonly record struct DialStep(DialPhase Phase, int From, int To, object Ticket, LaneConnection? Connection, long SinceNs);
}
