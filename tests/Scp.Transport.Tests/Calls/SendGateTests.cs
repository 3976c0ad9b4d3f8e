using Scp.Transport.Calls;
using Scp.Transport.Tests.Engine;

namespace Scp.Transport.Tests.Calls;

[CancelAfter(20_000)]
public sealed class SendGateTests
{
    [Test]
    public async Task When_the_first_in_line_gives_up_those_behind_it_go_in()
    {
        using var engine = new IdleEngine();
        var gate = new SendGate(engine.NewDriver());
        Assert.That(gate.TryEnter(TransportLimits.MaxOperationBytes - 1000), Is.Not.Null);
        using var cancellation = new CancellationTokenSource();
        Task<CallOperation?> large = gate.EnterAsync(TransportLimits.MaxOperationBytes, cancellation.Token);
        Task<CallOperation?> small = gate.EnterAsync(10, CancellationToken.None);
        Assert.That(small.IsCompleted, Is.False);
        await cancellation.CancelAsync();
        Assert.That(async () => await large, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await small.WaitAsync(TimeSpan.FromSeconds(5)), Is.Not.Null);
        Assert.That(gate.TryEnter(10), Is.Not.Null, "nobody is in line");
    }

    [Test]
    public async Task Those_who_gave_up_leave_nothing_in_the_line()
    {
        using var engine = new IdleEngine();
        var gate = new SendGate(engine.NewDriver());
        Fill(gate);
        for (int i = 0; i < 1000; i++)
        {
            using var cancellation = new CancellationTokenSource();
            Task<CallOperation?> waiting = gate.EnterAsync(1, cancellation.Token);
            await cancellation.CancelAsync();
            Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That(gate.Waiting, Is.Zero);
    }

    [Test]
    public async Task Whoever_gives_up_as_it_is_let_in_takes_no_room_with_it([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        using var engine = new IdleEngine();
        var gate = new SendGate(engine.NewDriver());
        Fill(gate);
        int under = TransportLimits.MaxOperations;
        for (int i = 0; i < 2000; i++)
        {
            using var cancellation = new CancellationTokenSource();
            Task<CallOperation?> waiting = gate.EnterAsync(0, cancellation.Token);
            Task cancelling = Task.Run(cancellation.Cancel);
            Thread.SpinWait(random.Next(2000));
            gate.Leave(0);
            under--;
            await cancelling;
            try
            {
                Assert.That(await waiting, Is.Not.Null);
                under++;
            }
            catch (OperationCanceledException)
            {
                Assert.That(gate.TryEnter(0), Is.Not.Null, "the room of one who gave up");
                under++;
            }
        }

        Assert.That(under, Is.EqualTo(TransportLimits.MaxOperations));
        Assert.That(gate.TryEnter(0), Is.Null);
    }

    private static void Fill(SendGate gate)
    {
        for (int i = 0; i < TransportLimits.MaxOperations; i++)
        {
            Assert.That(gate.TryEnter(0), Is.Not.Null);
        }
    }
}
