namespace Scp.Protocol.Streams;

/// <summary>
/// The bytes that all send buffers of a session may hold, and those streams whose writers wait for some to come free.
/// </summary>
internal sealed class SendRoom
{
    private readonly SharedBudget _budget;
    private readonly EventQueue _events;
    private readonly StreamList[] _waiting = new StreamList[(int)Priority.Bulk + 1];

    public SendRoom(long bytes, EventQueue events)
    {
        _budget = new SharedBudget(bytes);
        _events = events;
        for (int i = 0; i < _waiting.Length; i++)
        {
            _waiting[i] = new StreamList(StreamRole.Room);
        }
    }

    public long BufferedBytes => _budget.Used;

    public long AvailableTo(Priority priority) => _budget.AvailableTo(priority);

    public void Take(long bytes) => _budget.Take(bytes);

    /// <summary>Bytes came free: wakes those who wait, the most urgent first.</summary>
    public void GiveBack(long bytes)
    {
        _budget.GiveBack(bytes);
        for (int i = 0; i < _waiting.Length; i++)
        {
            while (_waiting[i].First is { } entry && _budget.IsAmpleFor((Priority)i))
            {
                _waiting[i].Remove(entry);
                Tell(entry);
            }
        }
    }

    /// <summary>Tells the writer of a stream of room, if it asked; when only the session has none, it waits in line.</summary>
    public void Tell(StreamEntry entry)
    {
        SendStream send = entry.Send!;
        StreamList line = _waiting[(int)entry.Priority];
        if (!send.WantsRoom || !send.HasRoomToTell)
        {
            return;
        }

        if (_budget.IsAmpleFor(entry.Priority))
        {
            line.Remove(entry);
            send.WantsRoom = false;
            _events.Raise(entry, StreamEventKind.Writable);
        }
        else if (!line.Contains(entry))
        {
            line.AddLast(entry);
        }
    }

    public void Forget(StreamEntry entry) => _waiting[(int)entry.Priority].Remove(entry);
}
