namespace Scp.Protocol.Messages;

/// <summary>Slots in the order in which something happened to them, linked through themselves; a slot is in one list at most.</summary>
internal sealed class IncomingSlotList
{
    private IncomingSlot? _newest;

    public IncomingSlot? Oldest { get; private set; }

    public void Add(IncomingSlot slot)
    {
        slot.List = this;
        slot.Older = _newest;
        slot.Newer = null;
        if (_newest is not null)
        {
            _newest.Newer = slot;
        }

        _newest = slot;
        Oldest ??= slot;
    }

    /// <summary>Takes the slot out if it is in here.</summary>
    public void Remove(IncomingSlot slot)
    {
        if (slot.List != this)
        {
            return;
        }

        if (slot.Older is null)
        {
            Oldest = slot.Newer;
        }
        else
        {
            slot.Older.Newer = slot.Newer;
        }

        if (slot.Newer is null)
        {
            _newest = slot.Older;
        }
        else
        {
            slot.Newer.Older = slot.Older;
        }

        slot.List = null;
        slot.Older = null;
        slot.Newer = null;
    }
}
