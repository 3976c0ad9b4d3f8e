using Scp.Protocol;
using Scp.Transport.Engine;

namespace Scp.Transport.Streams;

/// <summary>A program's wish for a stream, on its way to the engine; posted once more when the program gives it up.</summary>
internal sealed class OpenStreamRequest(SessionDriver driver, Priority priority) : MailItem
{
    private readonly TaskCompletionSource<ScpStream> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Priority Priority { get; } = priority;

    public Task<ScpStream> Result => _result.Task;

    /// <summary>The desk's: its place in line.</summary>
    public LinkedListNode<OpenStreamRequest>? Place { get; set; }

    public override void Handle(long nowNs)
    {
        if (_result.Task.IsCompleted)
        {
            driver.Streams.GiveUp(this);
            return;
        }

        driver.Streams.Open(this);
        driver.Engine.Touch(driver);
    }

    /// <summary>The program wants it no more. On any thread.</summary>
    public void Cancel()
    {
        if (_result.TrySetCanceled())
        {
            driver.Engine.Post(this);
        }
    }

    /// <summary>False when the program has given it up: nobody has the stream then.</summary>
    public bool TrySucceed(ScpStream stream) => _result.TrySetResult(stream);

    public void Fail() => _result.TrySetException(new ScpStreamException(ErrorCode.UnknownSession));
}
