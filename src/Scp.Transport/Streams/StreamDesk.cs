using System.Diagnostics.CodeAnalysis;
using Scp.Protocol;
using Scp.Protocol.Session;
using Scp.Transport.Engine;

namespace Scp.Transport.Streams;

/// <summary>The streams of one session: their pumps by id, and the handler for those that the peer opens. The engine's.</summary>
internal sealed class StreamDesk
{
    private readonly SessionDriver _driver;
    private readonly StreamHandler? _handler;
    private readonly Dictionary<StreamId, StreamPump> _pumps = [];
    private readonly LinkedList<OpenStreamRequest> _waiting = new();
    private int _serving;

    public StreamDesk(SessionDriver driver, StreamHandler? handler)
    {
        _driver = driver;
        _handler = handler;
    }

    public int Count => _pumps.Count;

    /// <summary>Wishes for a stream that wait for one to end.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>Streams whose handlers have not ended yet, or not all of whose bytes have arrived.</summary>
    public int Serving => Volatile.Read(ref _serving);

    /// <summary>Opens a stream now or, when as many are open as may be, once one has ended.</summary>
    public void Open(OpenStreamRequest request)
    {
        if (_driver.Session.IsClosed)
        {
            request.Fail();
            return;
        }

        request.Place = _waiting.AddLast(request);
        OpenWaiting();
    }

    /// <summary>The program wants the stream no more.</summary>
    public void GiveUp(OpenStreamRequest request)
    {
        if (request.Place is { List: not null } place)
        {
            _waiting.Remove(place);
        }
    }

    public void Handle(in SessionEvent item, long nowNs)
    {
        if (item.Kind == SessionEventKind.StreamOpened)
        {
            Accept(item);
            return;
        }

        if (!_pumps.TryGetValue(item.Stream, out StreamPump? pump))
        {
            return;
        }

        switch (item.Kind)
        {
            case SessionEventKind.StreamReadable:
            case SessionEventKind.StreamFinished:
                pump.PumpIn(nowNs);
                break;
            case SessionEventKind.StreamWritable:
                pump.PumpOut();
                break;
            case SessionEventKind.StreamReset:
                pump.EndIncoming(new ScpStreamException(item.Code));
                break;
            case SessionEventKind.StreamStopped:
                pump.EndOutgoing(new ScpStreamException(item.Code));
                break;
            case SessionEventKind.StreamSent:
                pump.OnSent();
                break;
        }

        OnPumped(pump);
    }

    /// <summary>Forgets a stream that is over.</summary>
    public void OnPumped(StreamPump pump)
    {
        if (pump is { IsOver: true, Sent.IsCompleted: true })
        {
            _ = _pumps.Remove(pump.Id);
        }
    }

    /// <summary>Those that wait for a stream may have one now.</summary>
    public void OpenWaiting()
    {
        while (_waiting.First is { Value: var request } && TryOpen(request.Priority, out StreamPump? pump))
        {
            _waiting.RemoveFirst();
            if (!request.TrySucceed(pump.Stream))
            {
                pump.Stream.Abort();
            }

            pump.PumpOut();
        }
    }

    /// <summary>The session has ended.</summary>
    public void Clear()
    {
        var reason = new ScpStreamException(ErrorCode.UnknownSession);
        foreach (StreamPump pump in _pumps.Values)
        {
            pump.EndIncoming(reason);
            pump.EndOutgoing(reason);
        }

        _pumps.Clear();
        while (_waiting.First is { Value: var request })
        {
            _waiting.RemoveFirst();
            request.Fail();
        }
    }

    private bool TryOpen(Priority priority, [NotNullWhen(true)] out StreamPump? pump)
    {
        pump = null;
        if (!_driver.Session.TryOpenStream(priority, out StreamId id))
        {
            return false;
        }

        pump = new StreamPump(_driver, id, priority);
        _pumps.Add(id, pump);
        return true;
    }

    private void Accept(in SessionEvent item)
    {
        if (_handler is null)
        {
            _ = _driver.Session.ResetStream(item.Stream, ErrorCode.NoHandler);
            _ = _driver.Session.StopStream(item.Stream, ErrorCode.NoHandler);
            return;
        }

        var pump = new StreamPump(_driver, item.Stream, item.Priority);
        _pumps.Add(item.Stream, pump);
        pump.PumpOut();
        _ = Interlocked.Increment(ref _serving);
        _ = Task.Run(() => ServeAsync(pump.Stream));
    }

    private async Task ServeAsync(ScpStream stream)
    {
        try
        {
            await _handler!(_driver.Peer, stream).ConfigureAwait(false);
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _driver.OnHandlerFailed(topic: 0, e);
            stream.Abort(ErrorCode.Internal);
        }

        // Its last bytes are still on their way. How that ends is the program's to ask.
        await stream.Sent.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Interlocked.Decrement(ref _serving) == 0)
        {
            _driver.Engine.WakeDrain();
        }
    }
}
