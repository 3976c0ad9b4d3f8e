using Scp.Protocol.Session;
using Scp.Transport.Calls;
using Scp.Transport.Engine;

namespace Scp.Transport;

/// <summary>A one-way message. Valid until its handler's task ends.</summary>
public sealed class ScpMessage : IncomingItem
{
    private MessageHandler? _handler;

    internal ScpMessage(SessionDriver driver)
        : base(driver)
    {
    }

    internal void Prepare(in SessionEvent item, MessageHandler handler)
    {
        Fill(item);
        _handler = handler;
    }

    internal override void Run()
    {
        try
        {
            ValueTask task = _handler!(this);
            if (!task.IsCompletedSuccessfully)
            {
                _ = FinishAsync(task);
                return;
            }

            // What stands behind the task may serve again once its result was taken, and may say only there that it failed.
            task.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            Driver.Requests.OnHandlerFailed(this, e);
        }

        Finish();
    }

    private async Task FinishAsync(ValueTask task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Driver.Requests.OnHandlerFailed(this, e);
        }

        Finish();
    }

    private void Finish()
    {
        Empty();
        Driver.Requests.Recycle(this);
    }
}
