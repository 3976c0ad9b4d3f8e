using Scp.Protocol.Messages;

namespace Scp.Protocol.Redundancy;

/// <summary>
/// Parts to be sent once more after a pause, without waiting to be asked: copies of urgent messages, and of what had to
/// be sent a second time. Pauses differ little, so a ring in order of arrival serves; when it is full the copy is not
/// made, since copies are an extra.
/// </summary>
internal sealed class CopySchedule
{
    private const int MaxCopies = 1024;

    private Copy[] _ring = [];
    private int _head;
    private int _count;

    public long NextAtNs => _count == 0 ? long.MaxValue : _ring[_head].DueNs;

    public void Add(OutgoingMessage message, int part, long dueNs, bool isUrgent)
    {
        if (_count == MaxCopies)
        {
            return;
        }

        if (_count == _ring.Length)
        {
            Grow();
        }

        _ring[(_head + _count++) & (_ring.Length - 1)] = new Copy(message, message.Generation, part, dueNs, isUrgent);
    }

    /// <summary>The next copy that is due and still wanted, left where it is.</summary>
    public bool TryPeek(long nowNs, out Copy copy)
    {
        while (_count > 0 && _ring[_head].DueNs <= nowNs)
        {
            copy = _ring[_head];
            if (copy.IsWanted)
            {
                return true;
            }

            Take();
        }

        copy = default;
        return false;
    }

    /// <summary>Removes what <see cref="TryPeek"/> showed.</summary>
    public void Take()
    {
        _ring[_head] = default;
        _head = (_head + 1) & (_ring.Length - 1);
        _count--;
    }

    private void Grow()
    {
        var larger = new Copy[Math.Max(8, _ring.Length * 2)];
        for (int i = 0; i < _count; i++)
        {
            larger[i] = _ring[(_head + i) & (_ring.Length - 1)];
        }

        _ring = larger;
        _head = 0;
    }

    internal readonly record struct Copy(OutgoingMessage Message, uint Generation, int Part, long DueNs, bool IsUrgent)
    {
        public bool IsWanted =>
            !Message.IsReleased && Message.Generation == Generation && (Message.SettledParts & (1 << Part)) == 0;
    }
}
