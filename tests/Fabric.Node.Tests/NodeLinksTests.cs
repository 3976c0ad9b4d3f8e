using System.Collections.Concurrent;
using System.Net;
using Consensus;
using Scp.Protocol;
using Scp.Transport;
using Scp.Transport.Identity;

namespace Fabric.Node.Tests;

/// <summary>Who is linked with whom, and who is not.</summary>
[CancelAfter(30_000)]
public sealed class NodeLinksTests
{
    private static CancellationToken Patience => TestContext.CurrentContext.CancellationToken;

    [Test]
    public async Task Of_two_nodes_the_lower_dials_and_both_have_one_session()
    {
        await using Pair pair = await Pair.StartAsync();
        Assert.That(pair.One.Find(new NodeId(2))!.IsInitiator, Is.True);
        Assert.That(pair.Two.Find(new NodeId(1))!.IsInitiator, Is.False);
        Assert.That((pair.NodeOne.Peers.Count(), pair.NodeTwo.Peers.Count()), Is.EqualTo((1, 1)));
        Assert.That(pair.One.TryGetNode(pair.One.Find(new NodeId(2))!, out NodeId known) && known == new NodeId(2));
    }

    [Test]
    public async Task A_session_that_ends_is_followed_by_another()
    {
        await using Pair pair = await Pair.StartAsync();
        for (int i = 0; i < 3; i++)
        {
            ScpPeer before = pair.Two.Find(new NodeId(1))!;
            await before.CloseAsync();
            await UntilAsync(() => pair.Two.Find(new NodeId(1)) is { } now && now != before);
            await UntilAsync(() => pair.One.Find(new NodeId(2)) is { Closed.IsCompleted: false });
        }
    }

    [Test]
    public async Task The_newest_session_is_used_and_the_one_before_when_it_ends()
    {
        await using Pair pair = await Pair.StartAsync();
        ScpPeer first = pair.Two.Find(new NodeId(1))!;
        ScpPeer second = await pair.NodeOne.ConnectAsync("node-2", pair.NodeTwo.LocalEndPoint, Patience);
        Assert.That(await IntroduceAsync(second, 1, 2), Is.EqualTo(ErrorCode.None));
        ScpPeer newest = pair.Two.Find(new NodeId(1))!;
        Assert.That(newest, Is.Not.SameAs(first));
        await second.CloseAsync();
        _ = await newest.Closed;
        await UntilAsync(() => pair.Two.Find(new NodeId(1)) == first);
    }

    [TestCase(1UL, 3UL, TestName = "Who means another node is refused")]
    [TestCase(7UL, 2UL, TestName = "Who is not in the directory is refused")]
    [TestCase(3UL, 2UL, TestName = "Who has another's certificate is refused")]
    public async Task An_introduction_must_fit(ulong from, ulong to)
    {
        await using Pair pair = await Pair.StartAsync();
        ScpPeer session = await pair.NodeOne.ConnectAsync("node-2", pair.NodeTwo.LocalEndPoint, Patience);
        ScpPeer before = pair.Two.Find(new NodeId(1))!;
        Assert.That(await IntroduceAsync(session, from, to), Is.EqualTo(ErrorCode.Unauthorized));
        Assert.That(pair.Two.Find(new NodeId(3)), Is.Null);
        Assert.That(pair.Two.Find(new NodeId(1)), Is.SameAs(before));
    }

    [Test]
    public async Task A_session_without_introduction_carries_no_consensus()
    {
        await using Pair pair = await Pair.StartAsync();
        var host = new RecordingHost();
        pair.CarrierTwo.Serve(host);
        ScpPeer session = await pair.NodeOne.ConnectAsync("node-2", pair.NodeTwo.LocalEndPoint, Patience);
        Assert.That(session.TrySend(NodeTopics.Consensus, [1]));
        await UntilAsync(() => pair.CarrierTwo.Figures.Strange == 1);
        pair.CarrierOne.Send(new NodeId(2), [7, 8]);
        await UntilAsync(() => !host.Received.IsEmpty);
        Assert.That(host.Received.Single(), Is.EqualTo("n1: 0708"));
    }

    [Test]
    public async Task What_has_no_way_is_dropped_and_counted()
    {
        await using Pair pair = await Pair.StartAsync();
        pair.CarrierOne.Send(new NodeId(3), [1]);
        pair.CarrierOne.Send(new NodeId(99), [1]);
        pair.CarrierOne.Send(new NodeId(2), new byte[ScpLimits.MaxMessageBytes + 1]);
        Assert.That(pair.CarrierOne.Figures, Is.EqualTo(new CarrierFigures(0, 2, 0, 1, 0, 0)));
    }

    [Test]
    public async Task Round_trips_are_told()
    {
        await using Pair pair = await Pair.StartAsync();
        var host = new RecordingHost();
        pair.CarrierOne.Serve(host);
        await UntilAsync(() => host.RoundTrips.Count > 2);
        Assert.That(host.RoundTrips.Select(told => told.Node), Is.All.EqualTo(new NodeId(2)));
        Assert.That(host.RoundTrips.Select(told => told.Ns), Is.All.InRange(1, 1_000_000_000));
    }

    [Test]
    public async Task A_node_that_leaves_the_directory_is_let_go_and_one_that_moves_is_found()
    {
        await using Pair pair = await Pair.StartAsync();
        ScpPeer before = pair.One.Find(new NodeId(2))!;
        pair.One.Use(NodeDirectory.Empty);
        Assert.That(pair.One.Find(new NodeId(2)), Is.Null);
        _ = await before.Closed.WaitAsync(Patience);
        pair.One.Use(new NodeDirectory([new NodeAddress(new NodeId(2), "node-2", [pair.NodeTwo.LocalEndPoint])]));
        await UntilAsync(() => pair.One.Find(new NodeId(2)) is not null);
    }

    [Test]
    public async Task That_a_node_cannot_be_reached_is_said_once()
    {
        var problems = new ConcurrentQueue<string>();
        IPEndPoint nobody = FreePort();
        var links = new NodeLinks(
            new NodeId(1),
            new NodeDirectory([new NodeAddress(new NodeId(2), "node-2", [nobody])]),
            new NodeLinkOptions { IsPlain = true, OnProblem = problems.Enqueue });
        await using ScpNode node = ScpNode.Start(new ScpNodeOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), Handlers = links.Register(new ScpHandlers()) });
        links.Start(node);
        await UntilAsync(() => !problems.IsEmpty);
        await links.StopAsync();
        Assert.That(problems.Single(), Does.StartWith($"n2 (node-2 at {nobody}) cannot be reached, and is dialled again and again: "));
    }

    [Test]
    public void A_directory_tells_its_nodes_apart()
    {
        var one = new NodeAddress(new NodeId(1), "a", []);
        Assert.That(() => new NodeDirectory([one, one with { Name = "b" }]), Throws.ArgumentException.With.Message.Contains("there twice"));
        Assert.That(() => new NodeDirectory([one, one with { Node = new NodeId(2) }]), Throws.ArgumentException.With.Message.Contains("called a"));
    }

    [Property]
    public void An_introduction_is_read_as_written_and_never_from_less(ulong from, ulong to)
    {
        byte[] bytes = new Introduction(new NodeId(from), new NodeId(to)).ToBytes().ToArray();
        Assert.That(Introduction.TryRead(bytes, out Introduction read), Is.True);
        Assert.That(read, Is.EqualTo(new Introduction(new NodeId(from), new NodeId(to))));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.That(Introduction.TryRead(bytes.AsSpan(0, length), out _), Is.False);
        }
    }

    private static async Task<ErrorCode> IntroduceAsync(ScpPeer session, ulong from, ulong to)
    {
        using ScpReply reply = await session.CallAsync(NodeTopics.Introduction, new Introduction(new NodeId(from), new NodeId(to)).ToBytes());
        return reply.IsOk ? ErrorCode.None : reply.Code;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(2, Patience);
        }
    }

    private static IPEndPoint FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return (IPEndPoint)socket.LocalEndpoint;
    }

    /// <summary>Keeps what it is given.</summary>
    private sealed class RecordingHost : IConsensusHost
    {
        public ConcurrentQueue<string> Received { get; } = new();

        public ConcurrentQueue<(NodeId Node, long Ns)> RoundTrips { get; } = new();

        public NodeId Node => default;

        public ValueTask<IConsensusGroup> OpenAsync(GroupSetup setup, IStateMachine machine) => throw new InvalidOperationException();

        public void Receive(NodeId from, ReadOnlySpan<byte> batch) => Received.Enqueue($"{from}: {Convert.ToHexString(batch)}");

        public void NoteRoundTrip(NodeId node, long roundTripNs) => RoundTrips.Enqueue((node, roundTripNs));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Nodes 1 and 2 with their links up; a third is known, and nowhere.</summary>
    private sealed class Pair : IAsyncDisposable
    {
        private Pair()
        {
            (One, CarrierOne, NodeOne) = Make(1);
            (Two, CarrierTwo, NodeTwo) = Make(2);
            var directory = new NodeDirectory([
                new NodeAddress(new NodeId(1), "node-1", [NodeOne.LocalEndPoint]),
                new NodeAddress(new NodeId(2), "node-2", [NodeTwo.LocalEndPoint]),
                new NodeAddress(new NodeId(3), "node-3", [])]);
            Two.Use(directory);
            One.Use(directory);
        }

        public NodeLinks One { get; }

        public NodeLinks Two { get; }

        public ScpMessageCarrier CarrierOne { get; }

        public ScpMessageCarrier CarrierTwo { get; }

        public ScpNode NodeOne { get; }

        public ScpNode NodeTwo { get; }

        public static async Task<Pair> StartAsync()
        {
            var pair = new Pair();
            await UntilAsync(() => pair.One.Find(new NodeId(2)) is not null && pair.Two.Find(new NodeId(1)) is not null);
            return pair;
        }

        public async ValueTask DisposeAsync()
        {
            await One.DisposeAsync();
            await Two.DisposeAsync();
            await NodeOne.DisposeAsync();
            await NodeTwo.DisposeAsync();
        }

        private static (NodeLinks Links, ScpMessageCarrier Carrier, ScpNode Node) Make(ulong id)
        {
            var links = new NodeLinks(new NodeId(id), NodeDirectory.Empty, new NodeLinkOptions { MeasureEvery = TimeSpan.FromMilliseconds(10) });
            var carrier = new ScpMessageCarrier(links);
            IdentityStore identity = NodeCluster.IdentityOf($"node-{id}");
            ScpNode node = ScpNode.Start(new ScpNodeOptions
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Identity = identity,
                Handlers = carrier.Register(links.Register(new ScpHandlers())),
            });
            links.Start(node);
            return (links, carrier, node);
        }
    }
}
