namespace Scp.Protocol.Redundancy;

/// <summary>
/// Keeps the redundancy of <b>both</b> sides of a session together within the larger of 30% of all other bytes, both
/// directions, headers included, and 32 KB/s, although each side knows only what it sent and what arrived.
/// <para>
/// Each side keeps two purses. The <i>common</i> purse earns the whole allowance, and both what this side spends and
/// what it sees of the peer's redundancy are taken from it. The <i>own</i> purse earns half the allowance, and only this
/// side's spending is taken from it. A side may spend when either purse allows.
/// </para>
/// <para>
/// When one side wants little, the other finds the rest in the common purse: requests may use 23% while replies use 7%.
/// When both want all, each has its own half for certain, sees the other use its half, and finds nothing more in the
/// common purse. A side that had used everything yields as soon as it sees the other begin. No negotiation is needed,
/// and neither side can be starved by an eager peer.
/// </para>
/// <para>
/// What this adds up to, with <i>c</i> the allowance per second and <i>w</i> the one-way delay: the side that spent from
/// the common purse last held both together to the allowance, save what it could not see. That is what the other side
/// spent from its own half within w, at most w × c/2, and what had been earned by bytes still on their way when the time
/// began, at most w × c. So in any five seconds both spend at most 5 s × c′ + the depths of a common and an own purse +
/// 1.5 w × c, where c′ is the rate at which purses really fill. That is set a little below the promise (29.5% and
/// 30.4 KB/s), so that the purses' depths stay within it; what the delay adds is below 2.5% up to 150 ms of round trip,
/// and needs traffic that changes by its whole amount at the worst moment. What is lost on the way is missing from both
/// sides of the account alike.
/// </para>
/// <para>
/// The depth of the common purse is 1/16 s of the share at the present rate, at least four base datagrams and at most
/// 64 KiB; of the own purse, half of it.
/// </para>
/// </summary>
internal sealed class RedundancyBudget
{
    /// <summary>29.5%, in the purse's units of 1/1024 byte.</summary>
    private const int ShareUnitsPerByte = 302;

    private const int FloorBytesPerSecond = RedundancyLimits.BudgetFloorBytesPerSecond * 19 / 20;
    private const int HeaderBytes = 48;
    private const int MinDepthBytes = 4 * (ScpLimits.BaseDatagramBytes + HeaderBytes);
    private const int DepthPerSecond = 16;
    private const long RateMemoryNs = 1_000_000_000;
    private const long StepNs = 1_000_000;

    private Purse _common = new(ShareUnitsPerByte, FloorBytesPerSecond, MinDepthBytes);
    private Purse _own = new(ShareUnitsPerByte / 2, FloorBytesPerSecond / 2, MinDepthBytes / 2);
    private DecayingSum _base = new(RateMemoryNs);
    private DecayingSum _peer = new(RateMemoryNs);
    private long _earnedAtNs;
    private bool _hasTime;

    /// <summary>Redundancy this side has sent.</summary>
    public long SpentBytes { get; private set; }

    /// <summary>Redundancy this side wanted to send and could not.</summary>
    public long RefusedBytes { get; private set; }

    /// <summary>Bytes sent or received that are not redundancy, IP and UDP headers included.</summary>
    public void OnBaseBytes(int bytes, long nowNs)
    {
        Advance(nowNs);
        _base.Add(bytes, nowNs);
        _common.EarnByBytes(bytes);
        _own.EarnByBytes(bytes);
    }

    /// <summary>Redundancy that arrived from the peer: whole datagrams, or the frames that rode on others.</summary>
    public void OnPeerRedundancy(int bytes, long nowNs)
    {
        Advance(nowNs);
        _peer.Add(bytes, nowNs);
        _common.Pay(bytes);
    }

    /// <summary>Takes the bytes of redundancy about to be sent, or refuses them and changes nothing.</summary>
    public bool TrySpend(int bytes, long nowNs)
    {
        Advance(nowNs);
        if (!_common.CanPay(bytes) && !_own.CanPay(bytes))
        {
            RefusedBytes += bytes;
            return false;
        }

        _common.Pay(bytes);
        _own.Pay(bytes);
        SpentBytes += bytes;
        return true;
    }

    /// <summary>What this side may count on from now, as the traffic and the peer are: for planning, not a promise.</summary>
    public long GrantBytesPerSecond(long nowNs)
    {
        long share = (_base.PerSecond(nowNs) * ShareUnitsPerByte) >> Purse.UnitShift;
        long allowance = Math.Max(share, FloorBytesPerSecond);
        return Math.Max(allowance / 2, allowance - _peer.PerSecond(nowNs));
    }

    private void Advance(long nowNs)
    {
        if (!_hasTime)
        {
            _hasTime = true;
            _earnedAtNs = nowNs;
            return;
        }

        long elapsedNs = nowNs - _earnedAtNs;
        if (elapsedNs < StepNs)
        {
            return;
        }

        _earnedAtNs = nowNs;
        long sharePerSecond = (_base.PerSecond(nowNs) * ShareUnitsPerByte) >> Purse.UnitShift;
        int depth = (int)Math.Clamp(sharePerSecond / DepthPerSecond, MinDepthBytes, RedundancyLimits.MaxBudgetDepthBytes);
        _common.SetDepth(depth);
        _own.SetDepth(depth / 2);
        _common.EarnByTime(elapsedNs);
        _own.EarnByTime(elapsedNs);
    }
}
