using System.Diagnostics;
using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Scp.Transport.Calls;
using Scp.Transport.Engine;

namespace Scp.Transport;

/// <summary>
/// A request that waits for its reply. Valid until its handler's task ends; a handler that ends without having answered
/// has answered with an empty reply, one that throws with <see cref="ReplyStatus.Failed"/>.
/// </summary>
public sealed class ScpRequest : IncomingItem
{
    private readonly Mail _mail;
    private RequestHandler? _handler;
    private CancellationTokenSource? _cancellation;
    private Activity? _activity;
    private byte[] _reply = [];
    private int _replyLength;
    private ReplyStatus _status;
    private ErrorCode _code;
    private State _state;
    private bool _isCancelled;

    internal ScpRequest(SessionDriver driver)
        : base(driver) => _mail = new Mail(this);

    private enum State
    {
        Open,
        Answered,
        Finished,
    }

    /// <summary>How long the caller still waits; null when it did not say.</summary>
    public TimeSpan? TimeLeft => DeadlineNs == 0 ? null : TimeSpan.FromTicks(Math.Max(0, (DeadlineNs - MonotonicClock.NowNs) / 100));

    public Priority Priority { get; private set; }

    /// <summary>
    /// Fires when the caller no longer wants the reply: it cancelled, its deadline passed, or the session ended. Made when
    /// first asked for.
    /// </summary>
    public CancellationToken Cancellation
    {
        get
        {
            lock (_mail)
            {
                _cancellation ??= CreateCancellation();
                return _cancellation.Token;
            }
        }
    }

    internal MessageId Id { get; private set; }

    internal long DeadlineNs { get; private set; }

    /// <summary>The desk's: it is among those that a cancellation may look for.</summary>
    internal bool IsListed { get; set; }

    /// <summary>Options for a call made to answer this request: what time is left, and the place in the trace, travel on.</summary>
    public CallOptions Onward() => new() { Priority = Priority, Trace = Trace, DeadlineNs = DeadlineNs };

    /// <summary>Answers. The bytes are copied. A request is answered once.</summary>
    public void Reply(ReadOnlySpan<byte> payload) => Answer(ReplyStatus.Ok, ErrorCode.None, payload);

    /// <summary>Answers that the work was begun and failed; the payload says how, in the application's own terms.</summary>
    public void Fail(ReadOnlySpan<byte> payload = default) => Answer(ReplyStatus.Failed, ErrorCode.None, payload);

    /// <summary>Answers that nothing was done, so that the caller may safely ask again, here or elsewhere.</summary>
    public void Refuse(ErrorCode code) => Answer(ReplyStatus.NotRun, code, default);

    internal void Prepare(in SessionEvent item, RequestHandler handler)
    {
        Fill(item);
        Id = item.Id;
        DeadlineNs = item.DeadlineNs;
        Priority = item.Priority;
        _handler = handler;
        _state = State.Open;
        _isCancelled = false;
    }

    internal override void Run()
    {
        _activity = ScpTelemetry.BeginHandler(Topic, Trace);
        try
        {
            ValueTask task = _handler!(this);
            if (!task.IsCompletedSuccessfully)
            {
                Driver.Requests.OnPending(this);
                LeaveTrace();
                _ = FinishAsync(task);
                return;
            }

            // What stands behind the task may serve again once its result was taken, and may say only there that it failed.
            task.GetAwaiter().GetResult();
        }
        catch (Exception e)
        {
            OnFailed(e);
        }

        Finish();
    }

    /// <summary>The caller has withdrawn it, or can no longer be reached.</summary>
    internal void OnCancelled()
    {
        CancellationTokenSource? source;
        lock (_mail)
        {
            _isCancelled = true;
            source = _cancellation;
        }

        if (source is not null)
        {
            _ = CancelAsync(source, Driver, Topic);
        }
    }

    /// <summary>Not on the engine's thread: whoever registered may do anything, and throw.</summary>
    private static async Task CancelAsync(CancellationTokenSource source, SessionDriver driver, uint topic)
    {
        try
        {
            await source.CancelAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            driver.OnHandlerFailed(topic, e);
        }
    }

    private CancellationTokenSource CreateCancellation()
    {
        var source = new CancellationTokenSource();
        if (_isCancelled)
        {
            source.Cancel();
        }
        else if (TimeLeft is { } left && left.TotalMilliseconds <= TransportLimits.MaxTimerMs)
        {
            source.CancelAfter(left);
        }

        return source;
    }

    private async Task FinishAsync(ValueTask task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            OnFailed(e);
        }

        Finish();
    }

    /// <summary>The handler goes on elsewhere: what this thread does next is not part of it.</summary>
    private void LeaveTrace()
    {
        if (_activity is not null)
        {
            Activity.Current = null;
        }
    }

    private void OnFailed(Exception e)
    {
        Driver.Requests.OnHandlerFailed(this, e);
        if (_state == State.Open)
        {
            Answer(ReplyStatus.Failed, ErrorCode.Internal, default);
        }
    }

    private void Answer(ReplyStatus status, ErrorCode code, ReadOnlySpan<byte> payload)
    {
        if (_state != State.Open)
        {
            throw new InvalidOperationException("This request has been answered.");
        }

        if (payload.Length > ScpLimits.MaxMessageBytes)
        {
            throw new ArgumentException($"A reply of {payload.Length} bytes is longer than {ScpLimits.MaxMessageBytes}: send it as a stream.", nameof(payload));
        }

        _state = State.Answered;
        if (Driver.Engine.IsCurrent)
        {
            Driver.Requests.Send(Id, status, code, payload);
            return;
        }

        if (_reply.Length < payload.Length)
        {
            _reply = GC.AllocateUninitializedArray<byte>(Math.Max(256, payload.Length));
        }

        payload.CopyTo(_reply);
        _replyLength = payload.Length;
        (_status, _code) = (status, code);
        _mail.PostAnswer();
    }

    private void Finish()
    {
        if (_state == State.Open)
        {
            Answer(ReplyStatus.Ok, ErrorCode.None, default);
        }

        _state = State.Finished;
        _activity?.Dispose();
        _activity = null;
        Empty();
        lock (_mail)
        {
            _cancellation?.Dispose();
            _cancellation = null;
        }

        // An answer given on another thread may still be on its way: under the next request's id it must not arrive.
        if (Driver.Engine.IsCurrent && !_mail.HasAnswer)
        {
            Driver.Requests.Recycle(this);
        }
        else
        {
            _mail.PostFinished();
        }
    }

    /// <summary>The request's way to the engine: an answer, then the end of its handler.</summary>
    private sealed class Mail(ScpRequest request) : MailItem
    {
        private int _answer;
        private int _finished;

        public bool HasAnswer => Volatile.Read(ref _answer) != 0;

        public void PostAnswer()
        {
            Volatile.Write(ref _answer, 1);
            request.Driver.Engine.Post(this);
        }

        public void PostFinished()
        {
            Volatile.Write(ref _finished, 1);
            request.Driver.Engine.Post(this);
        }

        public override void Handle(long nowNs)
        {
            // Finished is read first: what was answered before it is then seen below.
            bool isFinished = Interlocked.Exchange(ref _finished, 0) != 0;
            if (Interlocked.Exchange(ref _answer, 0) != 0)
            {
                request.Driver.Requests.Send(request.Id, request._status, request._code, request._reply.AsSpan(0, request._replyLength));
                if (request._reply.Length > TransportLimits.KeptBufferBytes)
                {
                    request._reply = [];
                }
            }

            if (isFinished)
            {
                request.Driver.Requests.Recycle(request);
            }
        }
    }
}
