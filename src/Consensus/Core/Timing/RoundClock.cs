namespace Consensus.Core;

/// <summary>
/// When each of a leader's rounds began. What it sends carries the number of the current round, and an answer repeats it:
/// so an answer proves that its sender followed this leader at some moment after the round began. Only the newest rounds
/// are remembered; an answer to an older one proves nothing worth having.
/// </summary>
internal sealed class RoundClock
{
    /// <summary>Rounds remembered: heartbeats and batches of reads over the longest round trip that an election timeout allows for.</summary>
    public const int Remembered = 64;

    private readonly long[] _beganNs = new long[Remembered];
    private long _firstTimed = 1;

    /// <summary>The current round; zero before the first.</summary>
    public long Current { get; private set; }

    public long Begin(long nowNs)
    {
        Current++;
        _beganNs[Current % Remembered] = nowNs;
        return Current;
    }

    public bool TryGetBeginning(long round, out long beganNs)
    {
        bool known = round >= _firstTimed && round <= Current && round > Current - Remembered;
        beganNs = known ? _beganNs[round % Remembered] : 0;
        return known;
    }

    /// <summary>The times of all rounds so far mean nothing any more. Their order still does.</summary>
    public void ForgetTimes() => _firstTimed = Current + 1;
}
