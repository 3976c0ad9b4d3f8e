using System.Buffers;
using System.IO.Pipelines;
using Scp.Protocol;
using Scp.Transport.Engine;

namespace Scp.Transport.Streams;

/// <summary>
/// Moves the bytes of one stream between the core and two pipes whose other ends the program holds. All on the engine's
/// thread; when a pipe has nothing to give or no room to take, its continuation posts the pump.
/// </summary>
internal sealed class StreamPump : MailItem
{
    private static readonly PipeOptions IncomingOptions = new(
        readerScheduler: PipeScheduler.ThreadPool,
        writerScheduler: PipeScheduler.Inline,
        pauseWriterThreshold: TransportLimits.StreamReadBytes,
        resumeWriterThreshold: TransportLimits.StreamReadBytes / 2,
        minimumSegmentSize: ScpLimits.MaxChunkBytes,
        useSynchronizationContext: false);

    private static readonly PipeOptions OutgoingOptions = new(
        readerScheduler: PipeScheduler.Inline,
        writerScheduler: PipeScheduler.ThreadPool,
        pauseWriterThreshold: TransportLimits.StreamWriteBytes,
        resumeWriterThreshold: TransportLimits.StreamWriteBytes / 2,
        minimumSegmentSize: ScpLimits.MaxChunkBytes,
        useSynchronizationContext: false);

    private readonly SessionDriver _driver;
    private readonly Action _wake;
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Pending<FlushResult> _flush;
    private Pending<ReadResult> _read;
    private bool _readerLeft;
    private bool _incomingOver;
    private bool _outgoingOver;

    public StreamPump(SessionDriver driver, StreamId id, Priority priority)
    {
        _driver = driver;
        _wake = () => driver.Engine.Post(this);
        Id = id;
        Priority = priority;
        Input = new IncomingReader(Incoming.Reader, OnReaderLeft);
        Stream = new ScpStream(this);
    }

    public StreamId Id { get; }

    public Priority Priority { get; }

    public ScpStream Stream { get; }

    public PipeReader Input { get; }

    public Pipe Incoming { get; } = new(IncomingOptions);

    public Pipe Outgoing { get; } = new(OutgoingOptions);

    public Task Sent => _sent.Task;

    /// <summary>Both directions have ended as far as the program is concerned.</summary>
    public bool IsOver => _incomingOver && _outgoingOver;

    public override void Handle(long nowNs)
    {
        if (_driver.IsForgotten)
        {
            return;
        }

        PumpIn(nowNs);
        PumpOut();
        _driver.Streams.OnPumped(this);
        _driver.Engine.Touch(_driver);
    }

    /// <summary>From the core to the program.</summary>
    public void PumpIn(long nowNs)
    {
        while (!_incomingOver && !_flush.IsWaiting)
        {
            if (!_flush.IsBegun && Volatile.Read(ref _readerLeft))
            {
                // Nothing to write: the flush only says how the reader left.
                _ = _flush.Begin(FlushAsync(), _wake);
            }

            if (_flush.IsBegun && IsUnwanted())
            {
                return;
            }

            ReadOnlySpan<byte> bytes = _driver.Session.PeekStream(Id);
            if (bytes.IsEmpty)
            {
                _ = _driver.Session.ReadStream(Id, default, nowNs, out bool finished);
                if (finished)
                {
                    EndIncoming(null);
                }

                return;
            }

            Incoming.Writer.Write(bytes);
            _driver.Session.AdvanceStream(Id, bytes.Length, nowNs);
            _ = _flush.Begin(FlushAsync(), _wake);
        }
    }

    /// <summary>From the program to the core.</summary>
    public void PumpOut()
    {
        while (!_outgoingOver)
        {
            if (!_read.IsBegun)
            {
                _ = _read.Begin(ReadAsync(), _wake);
            }

            // When the core has no room, StreamWritable follows.
            if (_read.IsWaiting || !TryTakeOutput(out bool isBlocked) || isBlocked)
            {
                return;
            }
        }
    }

    /// <summary>The peer gave the stream up, or the session ended.</summary>
    public void EndIncoming(Exception? failure)
    {
        if (!_incomingOver)
        {
            _incomingOver = true;
            Incoming.Writer.Complete(failure);
        }
    }

    /// <summary>The peer wants no more, or the session ended.</summary>
    public void EndOutgoing(Exception failure)
    {
        _ = _sent.TrySetException(failure);
        _ = _sent.Task.Exception;
        if (!_outgoingOver)
        {
            _outgoingOver = true;
            if (_read.IsBegun)
            {
                // A pipe cannot be completed under a read: this ends the read first.
                Outgoing.Reader.CancelPendingRead();
            }

            // A peer that merely wants no more is no failure: the writer sees a completed reader, as with any pipe.
            Outgoing.Reader.Complete(failure is ScpStreamException { Code: ErrorCode.Cancelled } ? null : failure);
        }
    }

    public void OnSent() => _ = _sent.TrySetResult();

    /// <summary>Takes what the program wrote; false when its side is over.</summary>
    private bool TryTakeOutput(out bool isBlocked)
    {
        isBlocked = false;
        ReadResult result;
        try
        {
            result = _read.Take();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The program completed its writer with an exception: it gives the stream up.
            _ = _driver.Session.ResetStream(Id, CodeOf(e));
            EndOutgoing(e);
            return false;
        }

        SequencePosition taken = result.Buffer.Start;
        foreach (ReadOnlyMemory<byte> segment in result.Buffer)
        {
            int written = _driver.Session.WriteStream(Id, segment.Span);
            taken = result.Buffer.GetPosition(written, taken);
            if (written < segment.Length)
            {
                isBlocked = true;
                break;
            }
        }

        Outgoing.Reader.AdvanceTo(taken, isBlocked ? taken : result.Buffer.End);
        if (result.IsCompleted && !isBlocked)
        {
            _outgoingOver = true;
            Outgoing.Reader.Complete();
            _ = _driver.Session.FinishStream(Id);
            return false;
        }

        return true;
    }

    /// <summary>Takes the result of the flush: true when the program completed its reader and wants no more.</summary>
    private bool IsUnwanted()
    {
        ErrorCode code = ErrorCode.Cancelled;
        try
        {
            if (!_flush.Take().IsCompleted)
            {
                return false;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // It completed the reader with an exception: it gives the stream up.
            code = CodeOf(e);
        }

        _incomingOver = true;
        Incoming.Writer.Complete();
        _ = _driver.Session.StopStream(Id, code);
        return true;
    }

    /// <summary>On the program's thread.</summary>
    private void OnReaderLeft()
    {
        Volatile.Write(ref _readerLeft, true);
        _wake();
    }

    /// <summary>A pipe may throw what its other end completed with already here: it is kept for <see cref="Pending{T}.Take"/>.</summary>
    private ValueTask<FlushResult> FlushAsync()
    {
        try
        {
            return Incoming.Writer.FlushAsync();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ValueTask.FromException<FlushResult>(e);
        }
    }

    /// <summary>As above.</summary>
    private ValueTask<ReadResult> ReadAsync()
    {
        try
        {
            return Outgoing.Reader.ReadAsync();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return ValueTask.FromException<ReadResult>(e);
        }
    }

    private static ErrorCode CodeOf(Exception e) => e is ScpStreamException given ? given.Code : ErrorCode.Cancelled;
}
