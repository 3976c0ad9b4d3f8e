using System.Runtime.CompilerServices;

namespace Scp.Protocol.Congestion;

/// <summary>
/// Spreads packets over time. The state is one instant: until when what was sent is paid for. A packet may go when that
/// instant is past, and moves it on by its own length at the rate; it may lag behind the clock by a burst at most, so
/// time in which nothing was sent is not saved up.
/// <para>
/// Small urgent traffic has a second bucket, which lets it jump both the schedule and, a little, the window. What it
/// sends is still paid for, so the rate over a round trip holds.
/// </para>
/// </summary>
internal struct Pacer
{
    // Nanoseconds a byte with 20 binary places: exact to a tenth of a percent at 10 GB/s, and no division per packet.
    private const int CostShift = 20;

    // Filling in smaller steps would lose the fractions of a byte that each step is rounded down by.
    private const long MinRefillNs = 1_000_000;

    private long _costPerByte;
    private long _paidUntilNs;
    private long _burstNs;

    private long _freeBytes;
    private long _freeCapBytes;
    private long _freeRate;
    private long _freeFilledAtNs;

    /// <summary>Sets the pace; what was sent already keeps the price it was sent at.</summary>
    public void SetRate(long rate, long burstBytes)
    {
        _costPerByte = (RateMath.NsPerSecond << CostShift) / rate;
        _burstNs = CostNs(burstBytes);
    }

    /// <summary>Sets what small traffic may send ahead of the schedule: at a rate, and at most so much at once.</summary>
    public void SetFree(long rate, long capBytes)
    {
        _freeRate = rate;
        _freeCapBytes = capBytes;
        _freeBytes = Math.Min(_freeBytes, capBytes);
    }

    public readonly bool IsDue(long nowNs) => _paidUntilNs <= nowNs;

    public readonly long NextSendAtNs(long nowNs) => Math.Max(_paidUntilNs, nowNs);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void OnSent(long nowNs, int bytes, bool isAhead)
    {
        if (isAhead)
        {
            _freeBytes = Math.Max(_freeBytes - bytes, 0);
        }

        _paidUntilNs = Math.Max(_paidUntilNs, nowNs - _burstNs) + CostNs(bytes);
    }

    /// <summary>May small traffic send this much ahead of the schedule?</summary>
    public bool HasFree(long nowNs, int bytes)
    {
        if (nowNs - _freeFilledAtNs >= MinRefillNs)
        {
            _freeBytes = Math.Min(_freeCapBytes, _freeBytes + RateMath.BytesIn(_freeRate, nowNs - _freeFilledAtNs));
            _freeFilledAtNs = nowNs;
        }

        return _freeBytes >= bytes;
    }

    /// <summary>When <see cref="HasFree"/> will say yes, if nothing is sent until then.</summary>
    public readonly long NextFreeAtNs(long nowNs, int bytes)
    {
        if (_freeCapBytes < bytes || _freeRate == 0)
        {
            return long.MaxValue;
        }

        // One more than it takes, since filling rounds down.
        long missing = Math.Max(0, bytes - _freeBytes) + 1;
        long filledAtNs = _freeFilledAtNs + Math.Max(MinRefillNs, (missing * RateMath.NsPerSecond / _freeRate) + 1);
        return Math.Max(nowNs, filledAtNs);
    }

    /// <summary>Starts afresh with a full burst and a full bucket.</summary>
    public void Reset(long nowNs)
    {
        _paidUntilNs = nowNs - _burstNs;
        _freeBytes = _freeCapBytes;
        _freeFilledAtNs = nowNs;
    }

    private readonly long CostNs(long bytes) => (bytes * _costPerByte) >> CostShift;
}
