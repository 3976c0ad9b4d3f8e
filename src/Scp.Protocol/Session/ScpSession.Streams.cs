using Scp.Protocol.Streams;

namespace Scp.Protocol.Session;

/// <summary>Duplex streams of bytes, as the application sees them.</summary>
public sealed partial class ScpSession
{
    /// <summary>Opens a stream; false while the session is not up, or as many are open as may be.</summary>
    public bool TryOpenStream(Priority priority, out StreamId stream)
    {
        stream = default;
        return _state == State.Up && _streams.TryOpen(isMessage: false, priority, out stream);
    }

    /// <summary>Takes as many bytes as there is room for; after a short write a <see cref="SessionEventKind.StreamWritable"/> follows.</summary>
    public int WriteStream(StreamId stream, ReadOnlySpan<byte> bytes) => _state == State.Up ? _streams.Write(stream, bytes) : 0;

    /// <summary>Says that nothing more will be written.</summary>
    public bool FinishStream(StreamId stream) => _state == State.Up && _streams.Finish(stream);

    /// <summary>Gives a stream up: what has not arrived may never do so.</summary>
    public bool ResetStream(StreamId stream, ErrorCode code) => _state == State.Up && _streams.Reset(stream, code);

    /// <summary>Tells the peer that no more of a stream is wanted.</summary>
    public bool StopStream(StreamId stream, ErrorCode code) => _state == State.Up && _streams.Stop(stream, code);

    public int ReadStream(StreamId stream, Span<byte> destination, long nowNs, out bool finished)
    {
        finished = false;
        return _state == State.Up ? _streams.Read(stream, destination, nowNs, out finished) : 0;
    }

    /// <summary>What can be read without copying; it holds until <see cref="AdvanceStream"/>.</summary>
    public ReadOnlySpan<byte> PeekStream(StreamId stream) => _state == State.Up ? _streams.Peek(stream) : default;

    public void AdvanceStream(StreamId stream, int count, long nowNs)
    {
        if (_state == State.Up)
        {
            _streams.Advance(stream, count, nowNs);
        }
    }

    /// <summary>The next event of streams, with those of large messages handled on the way.</summary>
    private bool TryNextStreamEvent(long nowNs, bool takesMessages, out SessionEvent item)
    {
        while (_state == State.Up && _streams.TryTakeEvent(out StreamEvent streamEvent))
        {
            if (!streamEvent.Stream.IsMessage)
            {
                item = new SessionEvent
                {
                    Kind = KindOf(streamEvent.Kind),
                    Stream = streamEvent.Stream,
                    Priority = streamEvent.Priority,
                    Code = streamEvent.Code,
                };
                return true;
            }

            ErrorCode code = _bulk.Handle(streamEvent, nowNs);
            if (code != ErrorCode.None)
            {
                Close(code, "a message stream broke the protocol", nowNs);
            }

            if (_events.TryTake(takesMessages, out item))
            {
                return true;
            }
        }

        item = default;
        return false;
    }

    private static SessionEventKind KindOf(StreamEventKind kind) => kind switch
    {
        StreamEventKind.Opened => SessionEventKind.StreamOpened,
        StreamEventKind.Readable => SessionEventKind.StreamReadable,
        StreamEventKind.Finished => SessionEventKind.StreamFinished,
        StreamEventKind.ResetByPeer => SessionEventKind.StreamReset,
        StreamEventKind.Writable => SessionEventKind.StreamWritable,
        StreamEventKind.StoppedByPeer => SessionEventKind.StreamStopped,
        _ => SessionEventKind.StreamSent,
    };
}
