namespace Scp.Protocol.Redundancy;

/// <summary>
/// Allows the <i>larger</i> of two allowances, a share of bytes seen and a floor per second, over any stretch of time up
/// to <see cref="RedundancyLimits.BudgetWindowNs"/>.
/// <para>
/// Each allowance is a token bucket. A payment needs tokens in one of them and is taken from both, so the other goes
/// into debt. The last payment of a stretch found tokens in, say, the share; so all payments of the stretch were covered
/// by what the share held at its beginning, at most its depth, and what it earned since. The same goes for the floor.
/// Hence: paid ≤ depth + larger of the two earned. Adding up "the larger of both" second by second would not do: it
/// allows a stream that comes in bursts the floor between them as well.
/// </para>
/// <para>
/// A debt is not deeper than what the floor earns in one window and a depth more. That is enough for the argument
/// within one window, and bounds how long an allowance stays closed after the other was used.
/// </para>
/// </summary>
internal struct Purse
{
    /// <summary>Tokens are in 1/1024 byte, so that what small amounts earn is not lost to rounding.</summary>
    public const int UnitShift = 10;

    private readonly long _shareUnitsPerByte;
    private readonly long _floorUnitsPerSecond;
    private long _share;
    private long _floor;
    private long _depth;

    public Purse(long shareUnitsPerByte, long floorBytesPerSecond, int depthBytes)
    {
        _shareUnitsPerByte = shareUnitsPerByte;
        _floorUnitsPerSecond = floorBytesPerSecond << UnitShift;
        _depth = (long)depthBytes << UnitShift;
        _share = _depth;
        _floor = _depth;
    }

    /// <summary>Sets the depth; tokens above it are lost.</summary>
    public void SetDepth(int depthBytes)
    {
        _depth = (long)depthBytes << UnitShift;
        _share = Math.Min(_share, _depth);
        _floor = Math.Min(_floor, _depth);
    }

    public void EarnByBytes(int bytes) => _share = Math.Min(_share + (bytes * _shareUnitsPerByte), _depth);

    public void EarnByTime(long elapsedNs)
    {
        // Longer than a window fills the floor from any debt; cutting it off here keeps the product in range.
        long ns = Math.Min(elapsedNs, 2 * RedundancyLimits.BudgetWindowNs);
        _floor = Math.Min(_floor + (long)((ulong)ns * (ulong)_floorUnitsPerSecond / 1_000_000_000), _depth);
    }

    /// <summary>A payment above the depth is allowed from a full bucket, and leaves it in debt.</summary>
    public readonly bool CanPay(int bytes)
    {
        long needed = Math.Min((long)bytes << UnitShift, _depth);
        return _share >= needed || _floor >= needed;
    }

    public void Pay(int bytes)
    {
        long units = (long)bytes << UnitShift;
        long lowest = -(_depth + (_floorUnitsPerSecond * (RedundancyLimits.BudgetWindowNs / 1_000_000_000)));
        _share = Math.Max(_share - units, lowest);
        _floor = Math.Max(_floor - units, lowest);
    }
}
