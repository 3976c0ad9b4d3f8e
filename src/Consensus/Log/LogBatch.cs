namespace Consensus.Log;

/// <summary>
/// Writes of groups that share an owner, on their way to the disk and back. It belongs to one thread at a time: the owner
/// fills it and hands it to the writer; the writer makes it durable and hands it back; the owner calls
/// <see cref="Complete"/>, and only then do the groups' logs show what was written. Whoever hands it over does so through
/// something that orders memory, as any queue does.
///
/// An owner may have several on their way, and completes them in the order in which it handed them in.
/// </summary>
public sealed class LogBatch
{
    private readonly List<GroupWrite> _writes = [];
    private State _state;

    private enum State
    {
        Filling,
        Written,
        Completed,
    }

    public int Count { get; private set; }

    public GroupWrite this[int at] => at < Count ? _writes[at] : throw new ArgumentOutOfRangeException(nameof(at));

    /// <summary>Begins a write of a group, which follows all that were added before.</summary>
    public GroupWrite Add(GroupLog log)
    {
        ArgumentNullException.ThrowIfNull(log);
        Require(State.Filling);
        if (Count == _writes.Count)
        {
            _writes.Add(new GroupWrite());
        }

        GroupWrite write = _writes[Count++];
        write.Begin(log);
        log.OnSubmitted();
        return write;
    }

    /// <summary>The owner's part, once the batch is durable: the groups' logs show it from here on.</summary>
    public void Complete()
    {
        Require(State.Written);
        _state = State.Completed;
        for (int i = 0; i < Count; i++)
        {
            _writes[i].Log.Publish(_writes[i]);
        }
    }

    /// <summary>Makes a completed batch ready to be filled again.</summary>
    public void Clear()
    {
        Require(State.Completed);
        for (int i = 0; i < Count; i++)
        {
            _writes[i].Clear();
        }

        Count = 0;
        _state = State.Filling;
    }

    internal void RequireFilled() => Require(State.Filling);

    internal void OnWritten() => _state = State.Written;

    private void Require(State state)
    {
        if (_state != state)
        {
            throw new InvalidOperationException($"A log batch is {_state} where it must be {state}.");
        }
    }
}
