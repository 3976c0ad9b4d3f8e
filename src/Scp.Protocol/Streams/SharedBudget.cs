namespace Scp.Protocol.Streams;

/// <summary>
/// Something of which all streams that send take their part: the session's credit, the bytes of send buffers. Bulk may
/// not touch the last eighth, so that stalled bulk streams cannot lock out what is urgent.
/// </summary>
internal sealed class SharedBudget
{
    private readonly long _reserve;

    public SharedBudget(long limit)
    {
        Limit = limit;
        _reserve = limit / StreamLimits.BulkReserveDivisor;
    }

    public long Limit { get; private set; }

    public long Used { get; private set; }

    public long AvailableTo(Priority priority) => Math.Max(0, Limit - Used - (priority == Priority.Bulk ? _reserve : 0));

    /// <summary>True when there is enough that waking those who wait is worth it.</summary>
    public bool IsAmpleFor(Priority priority) => AvailableTo(priority) > _reserve / 2;

    public void Take(long count) => Used += count;

    public void GiveBack(long count) => Used -= count;

    public bool TryRaise(long limit)
    {
        if (limit <= Limit)
        {
            return false;
        }

        Limit = limit;
        return true;
    }
}
