using System.IO.Pipelines;
using Scp.Protocol;
using Scp.Transport.Streams;

namespace Scp.Transport;

/// <summary>
/// A duplex stream of bytes within a session. Reading and writing follow the rules of pipes: complete
/// <see cref="Output"/> to say that nothing more comes, complete <see cref="Input"/> early to say that no more is wanted;
/// complete either with an exception to give the stream up. Credit flows with what is read.
/// </summary>
public sealed class ScpStream : IDuplexPipe, IAsyncDisposable
{
    private readonly StreamPump _pump;

    internal ScpStream(StreamPump pump) => _pump = pump;

    public PipeReader Input => _pump.Input;

    public PipeWriter Output => _pump.Outgoing.Writer;

    public Priority Priority => _pump.Priority;

    /// <summary>Ends when all that was written has arrived at the peer, or fails when it no longer can.</summary>
    public Task Sent => _pump.Sent;

    /// <summary>Gives both directions up.</summary>
    public void Abort(ErrorCode code = ErrorCode.Cancelled)
    {
        var reason = new ScpStreamException(code);
        Output.Complete(reason);
        Input.Complete(reason);
    }

    /// <summary>Completes both directions.</summary>
    public async ValueTask DisposeAsync()
    {
        await Output.CompleteAsync().ConfigureAwait(false);
        await Input.CompleteAsync().ConfigureAwait(false);
    }
}
