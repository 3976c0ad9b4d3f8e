using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Transport.Calls;
using Scp.Transport.Engine;

namespace Scp.Transport.Tests.Engine;

[CancelAfter(20_000)]
public sealed class ScpEngineEndTests
{
    [Test]
    public async Task What_continues_after_the_end_of_an_engine_may_wait_for_others_that_come_late()
    {
        using var engine = new IdleEngine();
        SessionDriver driver = engine.NewDriver();
        driver.Close(ErrorCode.None, "", nowNs: 2);
        CallOperation operation = driver.Gate.TryEnter(0)!;
        var call = new ValueTask<ScpReply>(operation, operation.Start(MessageKind.Request, 1, default, new CallOptions { ContinueInline = true }, default));
        Task<bool> continued = ContinueAsync(call, engine.Engine);

        // Told to stop before it begins, the thread finds the call in its mailbox at its end.
        engine.Engine.Dispose();
        engine.Engine.Start();
        Assert.That(await continued, "a late item of another thread was handled meanwhile");
    }

    private static async Task<bool> ContinueAsync(ValueTask<ScpReply> call, ScpEngine engine)
    {
        using ScpReply reply = await call.ConfigureAwait(false);
        var late = new Late();
        var other = new Thread(() => engine.Post(late));
        other.Start();
        return other.Join(2_000) && late.IsHandled;
    }

    private sealed class Late : MailItem
    {
        public bool IsHandled { get; private set; }

        public override void Handle(long nowNs) => IsHandled = true;
    }
}
