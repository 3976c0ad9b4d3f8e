using Scp.Protocol;
using Scp.Protocol.Session;
using Scp.Transport.Engine;

namespace Scp.Transport.Tests.Engine;

/// <summary>An engine that drains sleeps. Here nothing else would wake it: no peer, no timer, no datagram.</summary>
[CancelAfter(20_000)]
public sealed class DrainTests
{
    private const uint Stuck = 1;

    [Test]
    public async Task It_is_woken_by_the_end_of_the_last_handler([Values] bool isStream)
    {
        var until = new TaskCompletionSource();
        var begun = new TaskCompletionSource();
        using var idle = new IdleEngine(new ScpHandlers()
            .OnMessage(Stuck, async _ => await until.Task, HandlerThread.Inline)
            .OnStream(async (_, _) =>
            {
                begun.SetResult();
                await until.Task;
                throw new ScpStreamException(ErrorCode.Cancelled);
            }));
        SessionDriver driver = idle.NewDriver(MonotonicClock.NowNs);
        if (isStream)
        {
            driver.Streams.Handle(new SessionEvent { Kind = SessionEventKind.StreamOpened, Stream = new StreamId(1) }, MonotonicClock.NowNs);
            await begun.Task;
        }
        else
        {
            driver.Requests.Take(new SessionEvent { Kind = SessionEventKind.Message, Topic = Stuck }, MonotonicClock.NowNs);
        }

        Drain drain = await BeginAsync(idle.Engine);
        Assert.That(drain.Done.IsCompleted, Is.False);
        until.SetResult();
        await drain.Done.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Test]
    public async Task It_is_woken_when_the_grace_is_over_and_when_it_is_cut_short([Values] bool isCutShort)
    {
        var never = new TaskCompletionSource();
        using var idle = new IdleEngine(new ScpHandlers().OnMessage(Stuck, async _ => await never.Task, HandlerThread.Inline));
        idle.NewDriver(MonotonicClock.NowNs).Requests.Take(new SessionEvent { Kind = SessionEventKind.Message, Topic = Stuck }, MonotonicClock.NowNs);
        Drain drain = await BeginAsync(idle.Engine);
        long graceEndsNs = MonotonicClock.NowNs + (isCutShort ? 0 : 100_000_000);
        drain.EndGraceBy(graceEndsNs);
        drain.EndGraceBy(long.MaxValue);
        await drain.Done.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(MonotonicClock.NowNs, Is.GreaterThanOrEqualTo(graceEndsNs));
        never.SetResult();
    }

    [Test]
    public async Task With_nothing_under_way_it_is_done_at_once([Values(0, 3)] int sessions)
    {
        using var idle = new IdleEngine();
        for (int i = 0; i < sessions; i++)
        {
            _ = idle.NewDriver(MonotonicClock.NowNs);
        }

        Drain drain = await BeginAsync(idle.Engine);
        await drain.Done.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(idle.Engine.Endpoint.Sessions, Is.Empty);
    }

    /// <summary>Begins, and lets a turn go by in which it has looked.</summary>
    private static async Task<Drain> BeginAsync(ScpEngine engine)
    {
        var drain = new Drain(engine);
        engine.Post(drain);
        engine.Start();
        for (int turn = 0; turn < 2; turn++)
        {
            var mark = new Mark();
            engine.Post(mark);
            await mark.Handled;
        }

        return drain;
    }

    private sealed class Mark : MailItem
    {
        private readonly TaskCompletionSource _handled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Handled => _handled.Task;

        public override void Handle(long nowNs) => _handled.SetResult();
    }
}
