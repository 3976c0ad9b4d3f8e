namespace Scp.Protocol.Messages;

/// <summary>
/// The slots this side may use for its messages. A slot is taken from the first transmission until the message is
/// settled; the next message in it carries the next sequence, which tells the peer that the former needs no memory any
/// more. The slot freed last is used next, so few slots stay warm.
/// </summary>
internal sealed class OutgoingSlots
{
    private ulong[] _sequences = new ulong[16];
    private OutgoingMessage?[] _messages = new OutgoingMessage?[16];
    private ushort[] _free = new ushort[16];
    private int _freeCount;
    private int _created;

    /// <summary>Slots the peer has granted so far; it never shrinks, and none are before its hello.</summary>
    public int Granted { get; private set; }

    public int InUse => _created - _freeCount;

    /// <summary>
    /// Whether a message of this priority may take a slot. What waits for the pace already has one, so less urgent
    /// messages leave some free: however many of them wait, a more urgent one gets a slot and goes first.
    /// </summary>
    public bool HasFreeFor(Priority priority)
    {
        int reserved = priority switch
        {
            Priority.Bulk => Granted / 4,
            Priority.Request => Granted / 8,
            _ => 0,
        };
        return Granted - InUse > reserved;
    }

    public void Grant(int slots) => Granted = Math.Max(Granted, Math.Min(slots, ScpLimits.MaxSlots));

    /// <summary>Gives the message an id; <see cref="HasFreeFor"/> has been checked.</summary>
    public void Take(OutgoingMessage message)
    {
        int slot = _freeCount > 0 ? _free[--_freeCount] : CreateSlot();
        _messages[slot] = message;
        message.Id = new MessageId((ushort)slot, ++_sequences[slot]);
        message.HasSlot = true;
    }

    public void Free(OutgoingMessage message)
    {
        _messages[message.Id.Slot] = null;
        message.HasSlot = false;
        _free[_freeCount++] = message.Id.Slot;
    }

    /// <summary>The message under way with this id, if it is still open.</summary>
    public OutgoingMessage? Find(MessageId id) =>
        id.Slot < _created && _messages[id.Slot] is { } message && message.Id.Sequence == id.Sequence ? message : null;

    /// <summary>True when this side has used the id at some time: a reply to anything else is a lie.</summary>
    public bool WasUsed(MessageId id) => id.Slot < _created && id.Sequence <= _sequences[id.Slot];

    /// <summary>True while no later message has taken the slot.</summary>
    public bool IsLatest(MessageId id) => id.Slot < _created && id.Sequence == _sequences[id.Slot];

    public OutgoingMessage? FirstInUse()
    {
        for (int slot = 0; slot < _created; slot++)
        {
            if (_messages[slot] is { } message)
            {
                return message;
            }
        }

        return null;
    }

    private int CreateSlot()
    {
        if (_created == _sequences.Length)
        {
            Array.Resize(ref _sequences, _created * 2);
            Array.Resize(ref _messages, _created * 2);
            Array.Resize(ref _free, _created * 2);
        }

        return _created++;
    }
}
