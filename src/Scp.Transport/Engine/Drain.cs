using Scp.Protocol;
using Scp.Protocol.Session;

namespace Scp.Transport.Engine;

/// <summary>
/// Brings the sessions of an engine to their end: waits until nothing that peers began is at work here and they have all
/// answers, or the grace is over; then closes every session, and is done when all are forgotten. The engine has it look at
/// the end of each turn. What ends on other threads and may be waited for says so with <see cref="ScpEngine.WakeDrain"/>.
/// </summary>
internal sealed class Drain(ScpEngine engine) : MailItem
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _graceEndsNs = long.MaxValue;
    private SessionDriver? _lastBusy;
    private bool _hasClosed;

    public Task Done => _done.Task;

    /// <summary>When it is to look even if nothing happens.</summary>
    public long DueNs => _hasClosed ? long.MaxValue : Volatile.Read(ref _graceEndsNs);

    /// <summary>Brings the end of the grace nearer, never puts it off. From any thread, also before it begins.</summary>
    public void EndGraceBy(long graceEndsNs)
    {
        for (long now = Volatile.Read(ref _graceEndsNs); graceEndsNs < now;)
        {
            now = Interlocked.CompareExchange(ref _graceEndsNs, graceEndsNs, now);
        }

        engine.WakeDrain();
    }

    /// <summary>Posted to begin, and again to have a look at what changed outside of any turn.</summary>
    public override void Handle(long nowNs) => engine.Begin(this);

    /// <summary>A turn has ended. What is closed here is touched, and served in the next.</summary>
    public void OnTurnEnded(long nowNs)
    {
        IReadOnlyList<ScpSession> sessions = engine.Endpoint.Sessions;
        if (!_hasClosed && (nowNs >= Volatile.Read(ref _graceEndsNs) || IsQuiet(sessions)))
        {
            _hasClosed = true;
            foreach (ScpSession session in sessions)
            {
                DriverOf(session).Close(ErrorCode.Draining, "the node stops", nowNs);
            }
        }

        if (_hasClosed && sessions.Count == 0)
        {
            _ = _done.TrySetResult();
        }
    }

    private bool IsQuiet(IReadOnlyList<ScpSession> sessions)
    {
        // Whoever was busy before most likely still is: then a turn costs one look, however many sessions there are.
        if (_lastBusy is { IsForgotten: false, IsQuiet: false })
        {
            return false;
        }

        _lastBusy = null;
        for (int i = 0; i < sessions.Count && _lastBusy is null; i++)
        {
            SessionDriver driver = DriverOf(sessions[i]);
            _lastBusy = driver.IsQuiet ? null : driver;
        }

        return _lastBusy is null;
    }

    private static SessionDriver DriverOf(ScpSession session) => (SessionDriver)session.Owner!;
}
