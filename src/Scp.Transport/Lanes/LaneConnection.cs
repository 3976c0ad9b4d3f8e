using System.IO.Pipelines;
using System.Net.Sockets;
using Scp.Protocol;
using Scp.Protocol.Session;
using Scp.Transport.Engine;

namespace Scp.Transport.Lanes;

/// <summary>
/// One bulk lane: a connection whose handshake is done, with a pipe each way between its socket and the engine. Two
/// loops on the thread pool move bytes between the stream and the pipes; the engine moves them between the pipes and the
/// core and never waits. What the connection has not taken keeps the outer pipe full, and the core then gives no more.
/// </summary>
internal sealed class LaneConnection : MailItem
{
    /// <summary>Room offered to the core at a time: a whole chunk with its headers, and small frames beside it.</summary>
    private const int PollBytes = ScpLimits.MaxChunkBytes + 8192;

    /// <summary>Room for small frames.</summary>
    private const int FrameBytes = 2048;

    private static readonly PipeOptions ReadOptions = new(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.ThreadPool,
        pauseWriterThreshold: TransportLimits.LaneReadBytes,
        resumeWriterThreshold: TransportLimits.LaneReadBytes / 2,
        minimumSegmentSize: ScpLimits.MaxChunkBytes,
        useSynchronizationContext: false);

    // Unbounded by itself: the backlog bounds it.
    private static readonly PipeOptions WriteOptions = new(
        readerScheduler: PipeScheduler.ThreadPool,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: 0,
        minimumSegmentSize: FrameBytes,
        useSynchronizationContext: false);

    /// <summary>How long a closed lane may take to write what it still holds and to hear its peer's end.</summary>
    private const int CloseGraceMs = 4_000;

    /// <summary>Of that, how long the peer may take to end its side.</summary>
    private const int AnswerGraceMs = 2_000;

    private readonly Stream _stream;
    private readonly Pipe _arriving = new(ReadOptions);
    private readonly Pipe _leaving = new(WriteOptions);
    private readonly LaneBacklog _backlog = new();
    private readonly Action _wake;
    private ScpEngine? _engine;
    private Task _readLoop = Task.CompletedTask;
    private Task _writeLoop = Task.CompletedTask;
    private bool _isClosed;
    private int _isAborted;

    /// <param name="socket">Under the stream; the connection owns both.</param>
    /// <param name="peerName">The node that TLS proved the peer to be.</param>
    public LaneConnection(Socket socket, Stream stream, string peerName)
    {
        Socket = socket;
        _stream = stream;
        PeerName = peerName;
        _wake = () => _engine!.Post(this);
    }

    public Socket Socket { get; }

    public string PeerName { get; }

    /// <summary>The core's number for it, once attached.</summary>
    public LaneId Id { get; private set; }

    /// <summary>Whose session it belongs to; null while the first frame has not said.</summary>
    public SessionDriver? Driver { get; set; }

    /// <summary>When it must have said hello.</summary>
    public long HelloDueNs { get; set; }

    /// <summary>The core knows it no more.</summary>
    public bool IsDetached { get; set; }

    /// <summary>The connection ended, or failed, on the other side or under way.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The core knows it from now on: bytes begin to move. The engine's.</summary>
    public void Attach(ScpEngine engine, LaneId id)
    {
        _engine = engine;
        Id = id;
        _readLoop = Task.Run(ReadLoopAsync);
        _writeLoop = Task.Run(WriteLoopAsync);
    }

    public override void Handle(long nowNs) => _engine!.HandleLane(this);

    /// <summary>Gives the core what has arrived.</summary>
    public void ReadInto(ScpEndpoint endpoint, long nowNs)
    {
        if (IsBroken || _isClosed || !_arriving.Reader.TryRead(out ReadResult result))
        {
            return;
        }

        foreach (ReadOnlyMemory<byte> segment in result.Buffer)
        {
            if (endpoint.HandleLane(Id, segment.Span, nowNs) != ErrorCode.None)
            {
                break;
            }
        }

        _arriving.Reader.AdvanceTo(result.Buffer.End);
        IsBroken = result.IsCompleted;
    }

    /// <summary>Takes what the core has for the connection, as far as there is room; false when it is to be closed.</summary>
    public bool TryPump(ScpEndpoint endpoint, long nowNs)
    {
        while (endpoint.LaneOutput(Id) is not LaneOutput.None and var output && _backlog.HasRoom())
        {
            // A pipe keeps what it once rented, so an idle lane must not be given room for chunks.
            Span<byte> room = _leaving.Writer.GetSpan(output == LaneOutput.Chunks ? PollBytes : FrameBytes);
            int bytes = endpoint.PollLane(Id, room, nowNs);
            if (bytes == 0)
            {
                break;
            }

            _leaving.Writer.Advance(bytes);
            _backlog.Add(bytes);
            ThrowUnlessDone(_leaving.Writer.FlushAsync());
        }

        return !endpoint.LaneMustClose(Id);
    }

    /// <summary>Lets what was written go out, then closes. The engine's.</summary>
    public void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _arriving.Reader.Complete();
            if (IsBroken)
            {
                Abort();
            }

            _leaving.Writer.Complete();
            _ = AbortWhenLateAsync();
        }
    }

    /// <summary>Closes without more ado. From any thread.</summary>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _isAborted, 1) == 0)
        {
            Socket.Dispose();
        }
    }

    /// <summary>Closes a connection that was never attached: no loop of its own will do so.</summary>
    public void Discard()
    {
        Abort();
        _stream.Dispose();
    }

    /// <summary>A peer that reads nothing does not keep the connection.</summary>
    private async Task AbortWhenLateAsync()
    {
        try
        {
            await _writeLoop.WaitAsync(TimeSpan.FromMilliseconds(CloseGraceMs)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Abort();
        }
    }

    /// <summary>A pipe without threshold never makes its writer wait.</summary>
    private static void ThrowUnlessDone(ValueTask<FlushResult> flush)
    {
        if (!flush.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("A pipe without a bound held its writer up.");
        }
    }

    /// <summary>
    /// The engine is woken when there is nothing more to read at once, or half a pipe: TLS gives 16 KiB at a time, and a
    /// change of threads for each costs more than to decrypt it.
    /// </summary>
    private async Task ReadLoopAsync()
    {
        PipeWriter writer = _arriving.Writer;
        int unsaid = 0;
        try
        {
            while (true)
            {
                // A read of nothing waits for bytes without holding room for them.
                ValueTask<int> ready = _stream.ReadAsync(Memory<byte>.Empty);
                if (unsaid > 0 && (!ready.IsCompleted || unsaid >= TransportLimits.LaneReadBytes / 2))
                {
                    unsaid = 0;
                    if (await IsOverAsync(writer).ConfigureAwait(false))
                    {
                        break;
                    }
                }

                _ = await ready.ConfigureAwait(false);
                int bytes = await _stream.ReadAsync(writer.GetMemory(ScpLimits.MaxChunkBytes / 2)).ConfigureAwait(false);
                if (bytes == 0)
                {
                    break;
                }

                writer.Advance(bytes);
                unsaid += bytes;
            }
        }
        catch (Exception e) when (IsConnectionFailure(e))
        {
            // The connection is gone: that is all the engine needs to know, and it hears so below.
        }

        await writer.CompleteAsync().ConfigureAwait(false);
        _wake();
    }

    /// <summary>Shows the engine what was read, and waits until there is room for more; true when it wants no more.</summary>
    private async ValueTask<bool> IsOverAsync(PipeWriter writer)
    {
        ValueTask<FlushResult> flush = writer.FlushAsync();
        _wake();
        return (await flush.ConfigureAwait(false)).IsCompleted;
    }

    private async Task WriteLoopAsync()
    {
        PipeReader reader = _leaving.Reader;
        try
        {
            while (true)
            {
                ReadResult result = await reader.ReadAsync().ConfigureAwait(false);
                foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                {
                    long startedNs = MonotonicClock.NowNs;
                    await _stream.WriteAsync(segment).ConfigureAwait(false);
                    if (_backlog.OnWritten(segment.Length, MonotonicClock.NowNs - startedNs))
                    {
                        _wake();
                    }
                }

                reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    break;
                }
            }

            await EndAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsConnectionFailure(e))
        {
            // As above: the read loop meets the same failure and tells the engine.
        }

        Abort();
        await reader.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Says goodbye and gives what is under way a moment to arrive, since closing at once may reset it away.</summary>
    private async Task EndAsync()
    {
        using var grace = new CancellationTokenSource(AnswerGraceMs);
        if (_stream is System.Net.Security.SslStream tls)
        {
            Task goodbye = tls.ShutdownAsync();
            try
            {
                await goodbye.WaitAsync(grace.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // It fails once the socket is closed under it; nobody waits for that.
                _ = goodbye.ContinueWith(static late => late.Exception, TaskScheduler.Default);
                throw;
            }
        }

        Socket.Shutdown(SocketShutdown.Send);
        await _readLoop.WaitAsync(grace.Token).ConfigureAwait(false);
    }

    private static bool IsConnectionFailure(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;
}
