using Scp.Protocol;
using Scp.Transport.Engine;

namespace Scp.Transport.Streams;

/// <summary>A program's wish for a stream, on its way to the engine.</summary>
internal sealed class OpenStreamRequest(SessionDriver driver, Priority priority) : MailItem
{
    private readonly TaskCompletionSource<ScpStream> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Priority Priority { get; } = priority;

    public Task<ScpStream> Result => _result.Task;

    public override void Handle(long nowNs)
    {
        driver.Streams.Open(this);
        driver.Engine.Touch(driver);
    }

    public void Succeed(ScpStream stream) => _result.TrySetResult(stream);

    public void Fail() => _result.TrySetException(new ScpStreamException(ErrorCode.UnknownSession));
}
