using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Scp.Transport.Engine;

namespace Scp.Transport.Calls;

/// <summary>
/// Gives what arrives to its handler, and answers to the core. How many requests are handled at once is bounded by the
/// message slots that the peer was granted. The engine's, save where said.
/// </summary>
internal sealed class RequestDesk
{
    private readonly SessionDriver _driver;
    private readonly ScpHandlers _handlers;
    private readonly Stack<ScpRequest> _restingRequests = new();
    private readonly Stack<ScpMessage> _restingMessages = new();
    private readonly Lock _messagesLock = new();
    private readonly Dictionary<MessageId, ScpRequest> _pending = [];
    private readonly RoomMail _roomMail;
    private int _messagesUnderWay;

    public RequestDesk(SessionDriver driver, ScpHandlers handlers)
    {
        _driver = driver;
        _roomMail = new RoomMail(driver);
        _handlers = handlers;
    }

    /// <summary>Requests and messages whose handlers have not ended yet.</summary>
    public int UnderWay => _pending.Count + Volatile.Read(ref _messagesUnderWay);

    /// <summary>As many one-way messages are being handled as may be: no more are to be taken until some have ended.</summary>
    public bool IsFull => Volatile.Read(ref _messagesUnderWay) >= TransportLimits.MaxMessagesUnderWay;

    public void Take(in SessionEvent item, long nowNs)
    {
        if (item.Kind == SessionEventKind.Message)
        {
            TakeMessage(item);
            return;
        }

        if (!_handlers.TryFindRequest(item.Topic, out (RequestHandler Handler, HandlerThread Thread) found))
        {
            _ = _driver.Session.Reply(item.Id, ReplyStatus.NotRun, ErrorCode.NoHandler, default, nowNs);
            return;
        }

        if (!_restingRequests.TryPop(out ScpRequest? request))
        {
            request = new ScpRequest(_driver);
        }

        request.Prepare(item, found.Handler);
        if (found.Thread == HandlerThread.Inline)
        {
            request.Run();
        }
        else
        {
            List(request);
            _ = ThreadPool.UnsafeQueueUserWorkItem(request, preferLocal: false);
        }
    }

    /// <summary>The caller no longer wants it.</summary>
    public void Cancel(MessageId id)
    {
        if (_pending.TryGetValue(id, out ScpRequest? request))
        {
            request.OnCancelled();
        }
    }

    public void CancelAll()
    {
        foreach (ScpRequest request in _pending.Values)
        {
            request.OnCancelled();
        }
    }

    /// <summary>An inline handler did not end at once.</summary>
    public void OnPending(ScpRequest request)
    {
        if (_driver.Engine.IsCurrent)
        {
            List(request);
        }
    }

    /// <summary>Hands an answer to the core; nobody wants it when the session has ended or the caller moved on.</summary>
    public void Send(MessageId id, ReplyStatus status, ErrorCode code, ReadOnlySpan<byte> payload)
    {
        _ = _driver.Session.Reply(id, status, code, payload, _driver.Engine.NowNs);
        _driver.Engine.Touch(_driver);
    }

    /// <summary>The handler of a request has ended.</summary>
    public void Recycle(ScpRequest request)
    {
        if (request.IsListed)
        {
            request.IsListed = false;
            _ = _pending.Remove(request.Id);
        }

        _restingRequests.Push(request);
    }

    /// <summary>The handler of a message has ended, on any thread.</summary>
    public void Recycle(ScpMessage message)
    {
        lock (_messagesLock)
        {
            _restingMessages.Push(message);
        }

        int left = Interlocked.Decrement(ref _messagesUnderWay);
        if (left == TransportLimits.MaxMessagesUnderWay - 1)
        {
            _driver.Engine.Post(_roomMail);
        }

        if (left == 0)
        {
            _driver.Engine.WakeDrain();
        }
    }

    /// <summary>A handler threw, on any thread.</summary>
    public void OnHandlerFailed(IncomingItem item, Exception failure) => _driver.OnHandlerFailed(item.Topic, failure);

    private void TakeMessage(in SessionEvent item)
    {
        if (!_handlers.TryFindMessage(item.Topic, out (MessageHandler Handler, HandlerThread Thread) found))
        {
            ScpTelemetry.OnMessageWithoutHandler();
            return;
        }

        ScpMessage? message;
        lock (_messagesLock)
        {
            if (!_restingMessages.TryPop(out message))
            {
                message = new ScpMessage(_driver);
            }
        }

        message.Prepare(item, found.Handler);
        _ = Interlocked.Increment(ref _messagesUnderWay);
        if (found.Thread == HandlerThread.Inline)
        {
            message.Run();
        }
        else
        {
            _ = ThreadPool.UnsafeQueueUserWorkItem(message, preferLocal: false);
        }
    }

    private void List(ScpRequest request)
    {
        request.IsListed = true;
        _pending[request.Id] = request;
    }

    /// <summary>There is room for messages again.</summary>
    private sealed class RoomMail(SessionDriver driver) : MailItem
    {
        public override void Handle(long nowNs) => driver.Engine.Touch(driver);
    }
}
