using System.Threading.Tasks.Sources;
using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Transport.Engine;

namespace Scp.Transport.Calls;

/// <summary>
/// One call or one-way from its caller's hands to its outcome, used again and again: what travels to the engine, what is
/// awaited, and what holds the reply until that is disposed.
/// <para>
/// Its life: taken from the <see cref="SendGate"/>; begun on the engine's thread, at once or by mail; completed there
/// exactly once; released by the caller (a reply by <see cref="ScpReply.Dispose"/>, others when awaited), or by its
/// completion when nobody awaits it, back to the gate. A cancellation may arrive late, after all that: it is posted as a
/// wish that only the life it was meant for grants.
/// </para>
/// </summary>
internal sealed class CallOperation : MailItem, IValueTaskSource<ScpReply>, IValueTaskSource<CallOutcome>, IValueTaskSource
{
    private const int NotRegistered = 0;
    private const int Registered = 1;
    private const int Completed = 2;

    /// <summary>Set beside a version, so that no life is zero.</summary>
    private const int LifeMark = 1 << 16;

    private static readonly Action<object?> CancelRequested = static state => ((CallOperation)state!).OnCancelRequested();

    private readonly SessionDriver _driver;
    private ManualResetValueTaskSourceCore<ScpReply> _source;
    private CancellationTokenRegistration _registration;
    private byte[] _buffer = [];
    private int _length;
    private int _registered;
    private int _openLife;
    private int _beginWanted;
    private int _cancelWanted;
    private bool _isUnattended;

    public CallOperation(SessionDriver driver) => _driver = driver;

    public MessageKind Kind { get; private set; }

    public uint Topic { get; private set; }

    public CallOptions Options { get; private set; }

    /// <summary>What the gate let in for it.</summary>
    public int AdmittedBytes { get; set; }

    /// <summary>The call table's: its place there; negative when it has none.</summary>
    public int TableIndex { get; set; } = -1;

    /// <summary>The core's name for it, while it is under way.</summary>
    public MessageHandle Message { get; set; }

    /// <summary>The next in the line of those that the core has no room for yet.</summary>
    public CallOperation? NextDeferred { get; set; }

    public CallOperation? PreviousDeferred { get; set; }

    public bool IsDeferred { get; set; }

    public bool IsBegun { get; set; }

    public ReadOnlySpan<byte> Payload => _buffer.AsSpan(0, _length);

    public bool IsCancelWanted => Volatile.Read(ref _cancelWanted) != 0;

    /// <summary>Sets a one-way going that nobody awaits: it returns to the gate by itself.</summary>
    public void StartUnattended(uint topic, ReadOnlySpan<byte> payload, in CallOptions options)
    {
        _isUnattended = true;
        _ = Start(MessageKind.OneWay, topic, payload, options, default);
    }

    /// <summary>Sets it going. What the caller then awaits is this operation under the version returned.</summary>
    public short Start(MessageKind kind, uint topic, ReadOnlySpan<byte> payload, in CallOptions options, CancellationToken cancellation)
    {
        Kind = kind;
        Topic = topic;
        Options = options.At(MonotonicClock.NowNs);
        _source.RunContinuationsAsynchronously = !options.ContinueInline;
        short version = _source.Version;
        Volatile.Write(ref _openLife, LifeOf(version));
        if (_driver.Engine.IsCurrent)
        {
            _driver.Begin(this, payload, _driver.Engine.NowNs);
        }
        else
        {
            Keep(payload);
            Volatile.Write(ref _beginWanted, 1);
            _driver.Engine.Post(this);
        }

        if (cancellation.CanBeCanceled)
        {
            _registration = cancellation.UnsafeRegister(CancelRequested, this);
            if (Interlocked.CompareExchange(ref _registered, Registered, NotRegistered) == Completed)
            {
                _ = _registration.Unregister();
            }
        }

        return version;
    }

    /// <summary>Keeps the payload, for when it cannot be sent at once.</summary>
    public void Keep(ReadOnlySpan<byte> payload)
    {
        if (_buffer.Length < payload.Length)
        {
            _buffer = GC.AllocateUninitializedArray<byte>(Math.Max(256, payload.Length));
        }

        payload.CopyTo(_buffer);
        _length = payload.Length;
    }

    public override void Handle(long nowNs)
    {
        if (Interlocked.Exchange(ref _beginWanted, 0) != 0)
        {
            _driver.Begin(this, Payload, nowNs);
        }

        if (IsCancelWanted && IsBegun)
        {
            _driver.Cancel(this, nowNs);
        }
    }

    /// <summary>The outcome, on the engine's thread.</summary>
    public void Complete(CallOutcome outcome, ReplyStatus status, ErrorCode code, ReadOnlySpan<byte> payload)
    {
        IsBegun = false;
        ScpTelemetry.OnCallEnded(outcome);
        _driver.Gate.Leave(AdmittedBytes);
        if (_isUnattended)
        {
            _isUnattended = false;
            Release(_source.Version);
            return;
        }

        Keep(payload);

        // Not left to the caller, who may never ask for the result: the token may live for as long as the process. When the
        // caller has not come to register yet, it does this itself.
        if (Interlocked.Exchange(ref _registered, Completed) == Registered)
        {
            _ = _registration.Unregister();
        }

        if (_driver.Engine.HasEnded)
        {
            // Late items are handled under a lock, beneath which no program may run.
            _source.RunContinuationsAsynchronously = true;
        }

        _source.SetResult(new ScpReply(this, _source.Version, outcome, status, code));
    }

    public ReadOnlyMemory<byte> PayloadOf(short version)
    {
        ObjectDisposedException.ThrowIf(version != _source.Version, typeof(ScpReply));
        return _buffer.AsMemory(0, _length);
    }

    /// <summary>The caller is done with it. A second time does nothing, on whatever thread.</summary>
    public void Release(short version)
    {
        int life = LifeOf(version);
        if (Interlocked.CompareExchange(ref _openLife, 0, life) != life)
        {
            return;
        }

        // Once this returns no callback of this life runs any more.
        _registration.Dispose();
        _registration = default;
        Volatile.Write(ref _registered, NotRegistered);
        Volatile.Write(ref _cancelWanted, 0);
        if (_buffer.Length > TransportLimits.KeptBufferBytes)
        {
            _buffer = [];
        }

        _length = 0;
        _source.Reset();
        _driver.Gate.Recycle(this);
    }

    ScpReply IValueTaskSource<ScpReply>.GetResult(short token) => _source.GetResult(token);

    CallOutcome IValueTaskSource<CallOutcome>.GetResult(short token)
    {
        CallOutcome outcome = _source.GetResult(token).Outcome;
        Release(token);
        return outcome;
    }

    void IValueTaskSource.GetResult(short token)
    {
        ScpReply reply = _source.GetResult(token);
        (CallOutcome outcome, ReplyStatus status, ErrorCode code) = (reply.Outcome, reply.Status, reply.Code);
        Release(token);
        if (outcome is CallOutcome.NotRun)
        {
            throw new ScpCallException(outcome, status, code);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private static int LifeOf(short version) => LifeMark | (ushort)version;

    private void OnCancelRequested()
    {
        Volatile.Write(ref _cancelWanted, 1);
        _driver.Engine.Post(this);
    }
}
