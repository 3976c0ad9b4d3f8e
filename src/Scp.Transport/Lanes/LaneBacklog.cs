namespace Scp.Transport.Lanes;

/// <summary>
/// The bytes of a lane that the core has given and the connection has not taken, and how many there may be: what the
/// connection takes in a few milliseconds, within bounds. Enough that it never waits for the engine's thread, and little
/// enough that something urgent is not stuck behind it: what is here can no longer be overtaken.
/// <para>
/// The engine adds and asks for room; the loop that writes takes off and, where the engine has asked in vain, says when
/// to ask again.
/// </para>
/// </summary>
internal sealed class LaneBacklog
{
    private const long AheadNs = 4_000_000;

    /// <summary>How much each write counts: one part in so many.</summary>
    private const double Inertia = 8;

    private long _bytes;
    private long _limitBytes = TransportLimits.MinLaneWriteBytes;
    private int _isAwaited;
    private double _usualBytes;
    private double _usualNs = 1;

    public long LimitBytes => Volatile.Read(ref _limitBytes);

    /// <summary>False when the engine is to ask again once it is woken.</summary>
    public bool HasRoom()
    {
        if (Interlocked.Read(ref _bytes) < LimitBytes)
        {
            return true;
        }

        // Said before the second look: either that sees the room that was made meanwhile, or who made it sees the wish.
        _ = Interlocked.Exchange(ref _isAwaited, 1);
        return Interlocked.Read(ref _bytes) < LimitBytes;
    }

    public void Add(int bytes) => _ = Interlocked.Add(ref _bytes, bytes);

    /// <summary>The connection took this many in this time; true when the engine is to be woken.</summary>
    public bool OnWritten(int bytes, long elapsedNs)
    {
        // Bytes and times apart: a mean of rates would take a small write, which the system swallows at once, for a fast path.
        _usualBytes += (bytes - _usualBytes) / Inertia;
        _usualNs += (elapsedNs - _usualNs) / Inertia;
        long limit = Math.Clamp((long)(_usualBytes / Math.Max(1, _usualNs) * AheadNs), TransportLimits.MinLaneWriteBytes, TransportLimits.MaxLaneWriteBytes);
        Volatile.Write(ref _limitBytes, limit);
        return Interlocked.Add(ref _bytes, -bytes) <= limit / 2 && Volatile.Read(ref _isAwaited) != 0 && Interlocked.Exchange(ref _isAwaited, 0) != 0;
    }
}
