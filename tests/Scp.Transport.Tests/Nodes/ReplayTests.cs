using System.Net.Sockets;
using System.Security.Cryptography;
using Scp.Protocol.Session;

namespace Scp.Transport.Tests.Nodes;

/// <summary>Whoever records what a client said and says it again gets nothing done, on connections and by datagram.</summary>
[CancelAfter(60_000)]
public sealed class ReplayTests
{
    private const uint Count = 1;

    /// <summary>Large enough that a call goes by lane, and so is part of what was recorded there.</summary>
    private const int LargeBytes = 40_000;

    private int _runs;
    private int _peers;
    private int _problems;

    private ScpHandlers Handlers => new ScpHandlers().OnRequest(Count, _ =>
    {
        Interlocked.Increment(ref _runs);
        return ValueTask.CompletedTask;
    });

    /// <summary>With all at once, or each flight after the server's answer to the one before, as a client would.</summary>
    [Test]
    public async Task A_recorded_connection_brings_up_no_session_and_runs_nothing([Values] bool inTurns)
    {
        (_runs, _peers, _problems) = (0, 0, 0);
        await using Trouble trouble = await Trouble.StartAsync(Handlers, adjust: options => options with
        {
            OnPeer = _ => Interlocked.Increment(ref _peers),
            OnProblem = (_, _) => Interlocked.Increment(ref _problems),
        });
        await CallAsync(trouble.Peer, LargeBytes);
        int peers = Volatile.Read(ref _peers);
        IReadOnlyList<byte[]> said = trouble.Middlebox.Said.Single();
        Assert.That(said.Sum(piece => piece.Length), Is.GreaterThan(LargeBytes), "handshake, hello and call were recorded");
        for (int i = 0; i < 5; i++)
        {
            int problems = Volatile.Read(ref _problems);
            await PlayAsync(said, trouble.Server, inTurns);
            Assert.That(() => Volatile.Read(ref _problems), Is.EqualTo(problems + 1).After(5_000, 5), "the server refused it");
        }

        Assert.That(trouble.Server.Peers.Count(), Is.EqualTo(1));
        Assert.That(Volatile.Read(ref _peers), Is.EqualTo(peers), "no session came up");
        Assert.That(Volatile.Read(ref _runs), Is.EqualTo(1), "no call was run again");
        await CallAsync(trouble.Peer, LargeBytes);
        await CallAsync(trouble.Peer, 20);
        Assert.That(Volatile.Read(ref _runs), Is.EqualTo(3), "the session works on");
    }

    [Test]
    public async Task Datagrams_of_an_earlier_epoch_run_nothing()
    {
        const int Calls = 30;
        (_runs, _peers, _problems) = (0, 0, 0);
        await using Trouble trouble = await Trouble.StartAsync(Handlers);
        await UntilAsync(trouble.Peer, statistics => statistics.DatagramsOpen);
        for (int i = 0; i < Calls; i++)
        {
            await CallAsync(trouble.Peer, 20);
        }

        IReadOnlyList<byte[]> heard = trouble.Middlebox.Heard;
        Assert.That(heard, Has.Count.GreaterThanOrEqualTo(Calls), "the calls went by datagram");
        trouble.Middlebox.CutLanes();
        await UntilAsync(trouble.Peer, statistics => statistics.Resumes == 1 && statistics.Lanes == 1);
        await CallAsync(trouble.Peer, 20);
        Replay(trouble.Middlebox, heard);
        await CallAsync(trouble.Peer, 20);
        Assert.That(Volatile.Read(ref _runs), Is.EqualTo(Calls + 2));

        // And once that session is over, against a younger one of the same peer.
        await trouble.Peer.CloseAsync();
        ScpPeer young = await trouble.Client.ConnectAsync("server", trouble.Middlebox.EndPoint);
        await CallAsync(young, 20);
        Replay(trouble.Middlebox, heard);
        await CallAsync(young, 20);
        Assert.That(Volatile.Read(ref _runs), Is.EqualTo(Calls + 4));
    }

    private static void Replay(Middlebox middlebox, IReadOnlyList<byte[]> datagrams)
    {
        foreach (byte[] datagram in datagrams)
        {
            middlebox.Inject(datagram);
        }
    }

    /// <summary>Says it all on a new connection, until the server ends it.</summary>
    private static async Task PlayAsync(IReadOnlyList<byte[]> said, ScpNode server, bool inTurns)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(server.LocalEndPoint);
        NetworkStream stream = connection.GetStream();
        byte[] answer = new byte[64 * 1024];
        try
        {
            foreach (byte[] piece in said)
            {
                await stream.WriteAsync(piece);
                if (inTurns && ReferenceEquals(piece, said[0]))
                {
                    Assert.That(await stream.ReadAsync(answer), Is.Positive, "the server answered the first flight");
                }
            }

            while (await stream.ReadAsync(answer) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset: also an end.
        }
    }

    private static async Task CallAsync(ScpPeer peer, int bytes)
    {
        using ScpReply reply = await peer.CallAsync(Count, RandomNumberGenerator.GetBytes(bytes));
        Assert.That(reply.IsOk, $"{reply.Outcome} {reply.Code}");
    }

    private static async Task UntilAsync(ScpPeer peer, Func<SessionStatistics, bool> condition)
    {
        while (!condition(await peer.GetStatisticsAsync()))
        {
            await Task.Delay(5, TestContext.CurrentContext.CancellationToken);
        }
    }
}
