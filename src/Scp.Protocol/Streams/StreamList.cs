using System.Runtime.CompilerServices;

namespace Scp.Protocol.Streams;

/// <summary>
/// A queue of streams that costs nothing but the links inside them: entering, leaving from anywhere and asking whether a
/// stream is in it take constant time and no memory.
/// </summary>
internal sealed class StreamList
{
    private readonly StreamRole _role;
    private StreamEntry? _last;

    public StreamList(StreamRole role) => _role = role;

    public StreamEntry? First { get; private set; }

    public bool Contains(StreamEntry entry) => entry.Link(_role).Owner == this;

    public StreamEntry? After(StreamEntry entry) => entry.Link(_role).Next;

    public void AddLast(StreamEntry entry)
    {
        ref StreamLink link = ref entry.Link(_role);
        if (link.Owner is not null)
        {
            ThrowAlreadyLinked();
        }

        link.Owner = this;
        link.Previous = _last;
        if (_last is null)
        {
            First = entry;
        }
        else
        {
            _last.Link(_role).Next = entry;
        }

        _last = entry;
    }

    /// <summary>Takes a stream out of this list, or out of another of the same role, and puts it last here.</summary>
    public void MoveLast(StreamEntry entry)
    {
        entry.Link(_role).Owner?.Remove(entry);
        AddLast(entry);
    }

    public void Remove(StreamEntry entry)
    {
        ref StreamLink link = ref entry.Link(_role);
        if (link.Owner != this)
        {
            return;
        }

        if (link.Previous is null)
        {
            First = link.Next;
        }
        else
        {
            link.Previous.Link(_role).Next = link.Next;
        }

        if (link.Next is null)
        {
            _last = link.Previous;
        }
        else
        {
            link.Next.Link(_role).Previous = link.Previous;
        }

        link = default;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowAlreadyLinked() => throw new InvalidOperationException("A stream entered a second list of one role.");
}
