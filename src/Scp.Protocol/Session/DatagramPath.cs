namespace Scp.Protocol.Session;

/// <summary>
/// Where datagrams go, and whether they get through.
/// <code>
///             first datagram acknowledged                 four probes in vain, a lane is up
///  Unproven ------------------------------> Open ------------------------------------------> Blocked
///  (packets go by lane)                          &lt;------------------------------------------ (packets go by lane)
///                                                a probe by datagram acknowledged
/// </code>
/// A new address of the peer is used only after it has sent back a challenge, and until then it is sent at most
/// <see cref="ScpLimits.AntiAmplificationFactor"/> times what came from it.
/// </summary>
internal sealed class DatagramPath
{
    public const int ProbesBeforeBlocked = 4;

    /// <summary>
    /// And so long since the first of them. On a short path the probes alone are over within a few milliseconds, in which a
    /// peer that shares its processor, or collects garbage, may not have had a turn.
    /// </summary>
    public const long MinSilenceNs = 250_000_000;

    private const int MaxChallenges = 3;
    private const long FirstProbeIntervalNs = 250_000_000;
    private const long MaxProbeIntervalNs = 15_000_000_000;

    private readonly IEntropySource _entropy;
    private PathId _candidate;
    private ulong _challenge;
    private int _challengesSent;
    private long _challengeAtNs = long.MaxValue;
    private long _candidateAllowanceBytes;
    private PathId _responseTo;
    private ulong _response;
    private bool _hasResponse;
    private long _probeAtNs;
    private long _blockedAtNs;
    private long _probeIntervalNs = FirstProbeIntervalNs;

    public DatagramPath(IEntropySource entropy, PathId path, long nowNs)
    {
        _entropy = entropy;
        Current = path;
        _probeAtNs = path.IsNone ? long.MaxValue : nowNs;
    }

    public enum PathState : byte
    {
        Unproven,
        Open,
        Blocked,
    }

    public PathState State { get; private set; }

    public PathId Current { get; private set; }

    public bool HasPath => !Current.IsNone;

    public bool IsOpen => State == PathState.Open;

    /// <summary>When to send a probe by datagram although packets go by lane.</summary>
    public long ProbeAtNs => State == PathState.Open || !HasPath ? long.MaxValue : _probeAtNs;

    /// <summary>Bytes that the candidate address may still be sent.</summary>
    public long ChallengeAllowanceBytes => _candidateAllowanceBytes;

    /// <summary>When to send, or repeat, a challenge to the candidate address.</summary>
    public long ChallengeAtNs => _challengeAtNs;

    public bool HasResponse => _hasResponse;

    /// <summary>An authentic packet, the newest so far, came from an address.</summary>
    public void OnReceived(PathId from, int bytes, bool isNewest, long nowNs)
    {
        if (from == Current)
        {
            return;
        }

        if (from == _candidate)
        {
            _candidateAllowanceBytes += (long)bytes * ScpLimits.AntiAmplificationFactor;
        }
        else if (isNewest)
        {
            _candidate = from;
            _candidateAllowanceBytes = (long)bytes * ScpLimits.AntiAmplificationFactor;
            _challengesSent = 0;
            _challengeAtNs = nowNs;
            Span<byte> data = stackalloc byte[sizeof(ulong)];
            _entropy.Fill(data);
            _challenge = BitConverter.ToUInt64(data);
        }
    }

    /// <summary>Takes a challenge to send, if one is due and the allowance covers it.</summary>
    public bool TryTakeChallenge(long nowNs, long repeatAfterNs, int bytes, out PathId to, out ulong data)
    {
        to = _candidate;
        data = _challenge;
        if (nowNs < _challengeAtNs)
        {
            return false;
        }

        if (_challengesSent == MaxChallenges || _candidateAllowanceBytes < bytes)
        {
            _candidate = default;
            _challengeAtNs = long.MaxValue;
            return false;
        }

        _challengesSent++;
        _candidateAllowanceBytes -= bytes;
        _challengeAtNs = nowNs + repeatAfterNs;
        return true;
    }

    public void OnChallenge(PathId from, ulong data)
    {
        _responseTo = from;
        _response = data;
        _hasResponse = true;
    }

    /// <summary>Takes an answer to a challenge. It counts against the allowance of an unproven address as a challenge does.</summary>
    public bool TryTakeResponse(int bytes, out PathId to, out ulong data)
    {
        if (_hasResponse && _responseTo == _candidate)
        {
            _candidateAllowanceBytes -= bytes;
        }

        to = _responseTo;
        data = _response;
        bool had = _hasResponse;
        _hasResponse = false;
        return had;
    }

    /// <summary>True when the response proves the candidate address, which is the current one from now on.</summary>
    public bool OnResponse(ulong data, long nowNs)
    {
        if (_candidate.IsNone || data != _challenge)
        {
            return false;
        }

        Current = _candidate;
        _candidate = default;
        _challengeAtNs = long.MaxValue;
        State = PathState.Open;
        _probeIntervalNs = FirstProbeIntervalNs;
        return true;
    }

    /// <summary>
    /// A packet that went by datagram was acknowledged: this direction works. True when that is news. What was sent before
    /// the path was blocked proves only that it once worked.
    /// </summary>
    public bool OnDatagramAcknowledged(long sentAtNs)
    {
        if (State == PathState.Blocked && sentAtNs < _blockedAtNs)
        {
            return false;
        }

        bool isNews = State != PathState.Open;
        State = PathState.Open;
        _probeIntervalNs = FirstProbeIntervalNs;
        return isNews;
    }

    /// <summary>Nothing sent by datagram is acknowledged although a lane lives.</summary>
    public void Block(long nowNs)
    {
        State = PathState.Blocked;
        _blockedAtNs = nowNs;
        _probeIntervalNs = FirstProbeIntervalNs;
        _probeAtNs = nowNs + _probeIntervalNs;
    }

    /// <summary>A datagram arrived although ours do not get through: worth an early try.</summary>
    public void OnReceivedWhileBlocked(long nowNs) => _probeAtNs = Math.Min(_probeAtNs, nowNs + FirstProbeIntervalNs);

    public void OnProbeSent(long nowNs)
    {
        _probeAtNs = nowNs + _probeIntervalNs;
        _probeIntervalNs = Math.Min(_probeIntervalNs * 2, MaxProbeIntervalNs);
    }
}
