using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Scp.Transport.Calls;
using Scp.Transport.Engine;
using Scp.Transport.Streams;

namespace Scp.Transport;

/// <summary>
/// A session with one peer: calls, one-ways and streams, from any thread. It outlives lost connections and blocked UDP;
/// it ends by <see cref="CloseAsync"/>, by the peer's will, or when nothing was heard for the idle timeout.
/// <para>
/// A caller for whose message there is no room waits, so that nothing grows; <see cref="TransportLimits.MaxOperations"/>
/// says how many may be under way.
/// </para>
/// </summary>
public sealed class ScpPeer
{
    private readonly SessionDriver _driver;

    internal ScpPeer(SessionDriver driver) => _driver = driver;

    /// <summary>The node at the other end, as its certificate names it.</summary>
    public string Name => _driver.Session.PeerName;

    /// <summary>This side dialled.</summary>
    public bool IsInitiator => _driver.Session.IsInitiator;

    /// <summary>Ends when the session does, with the reason.</summary>
    public Task<ErrorCode> Closed => _driver.Closed;

    /// <summary>
    /// Sends a request and waits for what becomes of it. Never throws for what the peer or the network do: the reply says
    /// how the call ended. A cancellation ends it soon, as certainly not run or unknown.
    /// </summary>
    public ValueTask<ScpReply> CallAsync(uint topic, ReadOnlyMemory<byte> payload, in CallOptions options = default, CancellationToken cancellation = default)
    {
        CheckSize(payload.Length);
        if (cancellation.IsCancellationRequested)
        {
            return new ValueTask<ScpReply>(new ScpReply(ErrorCode.Cancelled));
        }

        CallOperation? operation = _driver.Gate.TryEnter(payload.Length);
        return operation is null
            ? CallLaterAsync(topic, payload, options.At(MonotonicClock.NowNs), cancellation)
            : new ValueTask<ScpReply>(operation, operation.Start(MessageKind.Request, topic, payload.Span, options, cancellation));
    }

    /// <summary>Sends a message that is delivered at most once and not sent again when it is lost. Ends when it was taken for sending.</summary>
    public ValueTask SendAsync(uint topic, ReadOnlyMemory<byte> payload, in CallOptions options = default, CancellationToken cancellation = default)
    {
        CheckSize(payload.Length);
        CallOperation? operation = _driver.Gate.TryEnter(payload.Length);
        return operation is null
            ? SendLaterAsync(topic, payload, options.At(MonotonicClock.NowNs), cancellation)
            : new ValueTask(operation, operation.Start(MessageKind.OneWay, topic, payload.Span, options, cancellation));
    }

    /// <summary>
    /// Like <see cref="SendAsync"/>, but never waits and leaves nothing to await: false when there is no room now, or the
    /// session has ended. What was taken may still be lost, as any message of this kind. For senders that would rather drop
    /// a message than be late with it.
    /// </summary>
    public bool TrySend(uint topic, ReadOnlySpan<byte> payload, in CallOptions options = default)
    {
        CheckSize(payload.Length);
        if (_driver.Gate.IsClosed || _driver.Gate.TryEnter(payload.Length) is not { } operation)
        {
            return false;
        }

        operation.StartUnattended(topic, payload, options);
        return true;
    }

    /// <summary>
    /// Sends a message until the peer has it, and tells the outcome: delivered, which means received and handled once, not
    /// that its handler has ended; certainly not delivered; or unknown.
    /// </summary>
    public ValueTask<CallOutcome> SendReliableAsync(uint topic, ReadOnlyMemory<byte> payload, in CallOptions options = default, CancellationToken cancellation = default)
    {
        CheckSize(payload.Length);
        CallOperation? operation = _driver.Gate.TryEnter(payload.Length);
        return operation is null
            ? SendReliableLaterAsync(topic, payload, options.At(MonotonicClock.NowNs), cancellation)
            : new ValueTask<CallOutcome>(operation, operation.Start(MessageKind.ReliableOneWay, topic, payload.Span, options, cancellation));
    }

    /// <summary>Opens a stream; waits while as many are open as may be.</summary>
    public async Task<ScpStream> OpenStreamAsync(Priority priority = Priority.Bulk, CancellationToken cancellation = default)
    {
        var request = new OpenStreamRequest(_driver, priority);
        _driver.Engine.Post(request);
        await using (cancellation.UnsafeRegister(static wish => ((OpenStreamRequest)wish!).Cancel(), request).ConfigureAwait(false))
        {
            return await request.Result.ConfigureAwait(false);
        }
    }

    /// <summary>What the session has measured and done so far.</summary>
    public Task<SessionStatistics> GetStatisticsAsync()
    {
        var request = new StatisticsRequest(_driver);
        _driver.Engine.Post(request);
        return request.Result;
    }

    internal SessionStatistics? LookAtStatistics() => _driver.Statistics.Look();

    /// <summary>Ends the session: what is open ends as unknown, or not run where that is certain, and the peer is told why.</summary>
    public Task CloseAsync(ErrorCode code = ErrorCode.None, string reason = "")
    {
        _driver.Engine.Post(new CloseRequest(_driver, code, reason));
        return _driver.Closed;
    }

    private static void CheckSize(int bytes)
    {
        if (bytes > ScpLimits.MaxMessageBytes)
        {
            throw new ArgumentException($"A message of {bytes} bytes is longer than {ScpLimits.MaxMessageBytes}: send it as a stream.");
        }
    }

    private async ValueTask<ScpReply> CallLaterAsync(uint topic, ReadOnlyMemory<byte> payload, CallOptions options, CancellationToken cancellation)
    {
        CallOperation? operation;
        try
        {
            operation = await EnterAsync(payload.Length, options, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new ScpReply(cancellation.IsCancellationRequested ? ErrorCode.Cancelled : ErrorCode.DeadlineExceeded);
        }

        return operation is null
            ? new ScpReply(ErrorCode.UnknownSession)
            : await new ValueTask<ScpReply>(operation, operation.Start(MessageKind.Request, topic, payload.Span, options, cancellation)).ConfigureAwait(false);
    }

    private async ValueTask SendLaterAsync(uint topic, ReadOnlyMemory<byte> payload, CallOptions options, CancellationToken cancellation)
    {
        CallOperation? operation;
        try
        {
            operation = await EnterAsync(payload.Length, options, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ScpCallException(CallOutcome.NotRun, ReplyStatus.NotRun, ErrorCode.DeadlineExceeded);
        }

        if (operation is null)
        {
            throw new ScpCallException(CallOutcome.NotRun, ReplyStatus.NotRun, ErrorCode.UnknownSession);
        }

        await new ValueTask(operation, operation.Start(MessageKind.OneWay, topic, payload.Span, options, cancellation)).ConfigureAwait(false);
    }

    private async ValueTask<CallOutcome> SendReliableLaterAsync(uint topic, ReadOnlyMemory<byte> payload, CallOptions options, CancellationToken cancellation)
    {
        CallOperation? operation;
        try
        {
            operation = await EnterAsync(payload.Length, options, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return CallOutcome.NotRun;
        }

        return operation is null
            ? CallOutcome.NotRun
            : await new ValueTask<CallOutcome>(operation, operation.Start(MessageKind.ReliableOneWay, topic, payload.Span, options, cancellation)).ConfigureAwait(false);
    }

    /// <summary>Waits for room no longer than the call itself may take.</summary>
    private async Task<CallOperation?> EnterAsync(int bytes, CallOptions options, CancellationToken cancellation)
    {
        if (options.TimeLeft(MonotonicClock.NowNs) is not { } left || left.TotalMilliseconds > TransportLimits.MaxTimerMs)
        {
            return await _driver.Gate.EnterAsync(bytes, cancellation).ConfigureAwait(false);
        }

        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // Timers count whole milliseconds: rounded up, so that nothing ends before its time.
        late.CancelAfter((int)Math.Ceiling(left.TotalMilliseconds));
        return await _driver.Gate.EnterAsync(bytes, late.Token).ConfigureAwait(false);
    }

    private sealed class StatisticsRequest(SessionDriver driver) : MailItem
    {
        private readonly TaskCompletionSource<SessionStatistics> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<SessionStatistics> Result => _result.Task;

        public override void Handle(long nowNs) => _result.TrySetResult(driver.Session.GetStatistics(nowNs));
    }

    private sealed class CloseRequest(SessionDriver driver, ErrorCode code, string reason) : MailItem
    {
        public override void Handle(long nowNs) => driver.Close(code, reason, nowNs);
    }
}
