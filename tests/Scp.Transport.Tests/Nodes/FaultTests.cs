using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Scp.Protocol;
using Scp.Protocol.Session;

namespace Scp.Transport.Tests.Nodes;

/// <summary>What networks do to sessions, on real sockets.</summary>
[CancelAfter(60_000)]
public sealed class FaultTests
{
    private const uint Echo = 1;
    private const uint Count = 2;

    private int _runs;

    [Test]
    public async Task A_transfer_whose_connection_is_cut_resumes_and_arrives_whole()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var whole = new TaskCompletionSource<byte[]>();
        var handlers = new ScpHandlers().OnStream(async (_, stream) => whole.SetResult(await HashAsync(stream.Input)));
        await using Trouble trouble = await Trouble.StartAsync(handlers);
        await using ScpStream stream = await trouble.Peer.OpenStreamAsync();
        byte[] block = new byte[1 << 20];
        int resumes = 0;
        for (int i = 0; i < 60; i++)
        {
            RandomNumberGenerator.Fill(block);
            hash.AppendData(block);
            await stream.Output.WriteAsync(block);
            if (i % 10 == 5)
            {
                // A cut while there is no connection would cut nothing.
                trouble.Middlebox.CutLanes();
                resumes++;
                await UntilAsync(trouble.Peer, statistics => statistics.Resumes >= resumes);
            }
        }

        await stream.Output.CompleteAsync();
        Assert.That(await whole.Task, Is.EqualTo(hash.GetHashAndReset()));
        Assert.That((await trouble.Peer.GetStatisticsAsync()).Resumes, Is.EqualTo(6));
    }

    [Test]
    public async Task Calls_go_on_while_there_is_no_connection_at_all()
    {
        await using Trouble trouble = await Trouble.StartAsync(Handlers());
        await CallAsync(trouble.Peer);
        trouble.Middlebox.RefusesConnections = true;
        trouble.Middlebox.CutLanes();
        for (int i = 0; i < 100; i++)
        {
            await CallAsync(trouble.Peer);
        }

        trouble.Middlebox.RefusesConnections = false;
        await UntilAsync(trouble.Peer, statistics => statistics.Lanes == 1);
        await CallAsync(trouble.Peer, 1_000_000);
    }

    [Test]
    public async Task Where_datagrams_are_blocked_all_still_works_and_moves_back_when_they_open()
    {
        await using Trouble trouble = await Trouble.StartAsync(Handlers());
        await UntilAsync(trouble.Peer, statistics => statistics.DatagramsOpen);
        trouble.Middlebox.BlocksDatagrams = true;
        for (int i = 0; i < 20; i++)
        {
            await CallAsync(trouble.Peer);
        }

        Assert.That((await trouble.Peer.GetStatisticsAsync()).DatagramsOpen, Is.False);
        trouble.Middlebox.BlocksDatagrams = false;
        await UntilAsync(trouble.Peer, statistics => statistics.DatagramsOpen);
        await CallAsync(trouble.Peer);
    }

    [Test]
    public async Task Where_datagrams_never_got_through_sessions_come_up_and_work()
    {
        await using Trouble trouble = await Trouble.StartAsync(Handlers(), box => box.BlocksDatagrams = true);
        for (int i = 0; i < 20; i++)
        {
            await CallAsync(trouble.Peer, 1 + (i * 1000));
        }

        Assert.That((await trouble.Peer.GetStatisticsAsync()).DatagramsOpen, Is.False);
    }

    [Test]
    public async Task A_new_address_of_the_peer_is_proven_and_used()
    {
        await using Trouble trouble = await Trouble.StartAsync(Handlers());
        await UntilAsync(trouble.Peer, statistics => statistics.DatagramsOpen);
        for (int i = 0; i < 5; i++)
        {
            trouble.Middlebox.ChangeAddress();
            for (int call = 0; call < 20; call++)
            {
                await CallAsync(trouble.Peer);
            }
        }

        Assert.That((await trouble.Peer.GetStatisticsAsync()).DatagramsOpen);
    }

    [Test]
    public async Task Replayed_and_forged_datagrams_run_nothing_and_end_nothing()
    {
        await using Trouble trouble = await Trouble.StartAsync(Handlers());
        for (int i = 0; i < 50; i++)
        {
            using ScpReply reply = await trouble.Peer.CallAsync(Count, new byte[20]);
            Assert.That(reply.IsOk);
        }

        int runs = _runs;
        var random = new Random(7);
        foreach (byte[] datagram in trouble.Middlebox.Heard)
        {
            trouble.Middlebox.Inject(datagram);
            datagram[random.Next(datagram.Length)] ^= (byte)(1 << random.Next(8));
            trouble.Middlebox.Inject(datagram);
            trouble.Middlebox.Inject(datagram.AsSpan(0, random.Next(datagram.Length)));
        }

        await CallAsync(trouble.Peer);
        Assert.That(_runs, Is.EqualTo(runs));
    }

    [Test]
    public async Task A_peer_that_dies_silently_is_given_up_after_the_idle_timeout()
    {
        await using Trouble trouble = await Trouble.StartAsync(Handlers(), adjust: options => options with
        {
            Beat = TimeSpan.FromMilliseconds(200),
            IdleTimeout = TimeSpan.FromSeconds(1),
        });
        ValueTask<ScpReply> open = trouble.Peer.CallAsync(3, default);
        await CallAsync(trouble.Peer);
        trouble.Middlebox.BlocksDatagrams = true;
        trouble.Middlebox.RefusesConnections = true;
        trouble.Middlebox.CutLanes();
        Assert.That(await trouble.Peer.Closed, Is.EqualTo(ErrorCode.IdleTimeout));
        using ScpReply reply = await open;
        Assert.That(reply.Outcome, Is.EqualTo(Scp.Protocol.Messages.CallOutcome.Unknown));
    }

    [Test]
    public async Task Garbage_on_both_ports_is_refused_and_harms_nobody()
    {
        await using Trouble trouble = await Trouble.StartAsync(Handlers());
        var random = new Random(3);
        using var udp = new UdpClient();
        for (int i = 0; i < 500; i++)
        {
            byte[] garbage = new byte[random.Next(1500)];
            random.NextBytes(garbage);
            _ = udp.Send(garbage, trouble.Server.LocalEndPoint);
        }

        for (int i = 0; i < 20; i++)
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(trouble.Server.LocalEndPoint);
            byte[] garbage = new byte[1 + random.Next(5000)];
            random.NextBytes(garbage);
            try
            {
                await tcp.GetStream().WriteAsync(garbage);
                while (await tcp.GetStream().ReadAsync(garbage) > 0)
                {
                }
            }
            catch (IOException)
            {
                // Reset: also a refusal.
            }
        }

        await CallAsync(trouble.Peer);
    }

    [Test]
    public async Task Nobody_listens_there_and_the_caller_hears_so()
    {
        await using ScpNode client = ScpNode.Start(new ScpNodeOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), AcceptsSessions = false });
        Assert.That(async () => await client.ConnectAsync("server", new IPEndPoint(IPAddress.Loopback, 1)), Throws.InstanceOf<ScpConnectException>());
    }

    [Test]
    public async Task Plain_mode_is_refused_beyond_loopback()
    {
        Assert.That(() => ScpNode.Start(new ScpNodeOptions { Listen = new IPEndPoint(IPAddress.Any, 0) }), Throws.ArgumentException);
        await using ScpNode client = ScpNode.Start(new ScpNodeOptions { Listen = new IPEndPoint(IPAddress.Loopback, 0), AcceptsSessions = false });
        Assert.That(async () => await client.ConnectAsync("server", IPEndPoint.Parse("192.0.2.1:4711")), Throws.InstanceOf<ScpConnectException>());
    }

    private ScpHandlers Handlers() => new ScpHandlers()
        .OnRequest(Echo, request =>
        {
            request.Reply(request.Payload.Span);
            return ValueTask.CompletedTask;
        })
        .OnRequest(Count, _ =>
        {
            Interlocked.Increment(ref _runs);
            return ValueTask.CompletedTask;
        })
        .OnRequest(3, async request => await Task.Delay(Timeout.Infinite, request.Cancellation));

    private static async Task CallAsync(ScpPeer peer, int bytes = 100)
    {
        byte[] payload = RandomNumberGenerator.GetBytes(bytes);
        using ScpReply reply = await peer.CallAsync(Echo, payload);
        Assert.That(reply.IsOk, $"{reply.Outcome} {reply.Code}");
        Assert.That(reply.Payload.Span.SequenceEqual(payload));
    }

    private static async Task UntilAsync(ScpPeer peer, Func<SessionStatistics, bool> condition)
    {
        while (!condition(await peer.GetStatisticsAsync()))
        {
            await Task.Delay(5, TestContext.CurrentContext.CancellationToken);
        }
    }

    private static async Task<byte[]> HashAsync(PipeReader input)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (true)
        {
            ReadResult result = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                hash.AppendData(segment.Span);
            }

            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return hash.GetHashAndReset();
            }
        }
    }
}
