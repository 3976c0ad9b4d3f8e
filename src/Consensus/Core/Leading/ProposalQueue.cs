namespace Consensus.Core;

/// <summary>The proposals that a leader took and whose outcome it still owes, oldest first.</summary>
internal sealed class ProposalQueue
{
    /// <summary>Charged per entry beside its data, so that empty proposals count too.</summary>
    public const int EntryOverheadBytes = 32;

    private readonly Queue<Pending> _committed = new();
    private readonly Queue<Pending> _uncommitted = new();

    /// <summary>Data that waits to be committed.</summary>
    public long UncommittedBytes { get; private set; }

    public int Count => _committed.Count + _uncommitted.Count;

    public void Add(long proposalId, long index, int dataBytes)
    {
        var pending = new Pending(proposalId, index, dataBytes + EntryOverheadBytes);
        _uncommitted.Enqueue(pending);
        UncommittedBytes += pending.Bytes;
    }

    public void HandleCommitted(long index)
    {
        while (_uncommitted.TryPeek(out var oldest) && oldest.Index <= index)
        {
            UncommittedBytes -= oldest.Bytes;
            _committed.Enqueue(_uncommitted.Dequeue());
        }
    }

    /// <summary>The next proposal that ended by being applied.</summary>
    public bool TryTakeApplied(long index, out long proposalId, out long at)
    {
        if (_committed.TryPeek(out var oldest) && oldest.Index <= index)
        {
            (proposalId, at, _) = _committed.Dequeue();
            return true;
        }

        (proposalId, at) = (0, 0);
        return false;
    }

    /// <summary>After leadership is lost: the next proposal that may or may not be committed by somebody else.</summary>
    public bool TryTakeUnknown(out long proposalId, out long at)
    {
        if (_uncommitted.TryDequeue(out var oldest))
        {
            UncommittedBytes -= oldest.Bytes;
            (proposalId, at, _) = oldest;
            return true;
        }

        (proposalId, at) = (0, 0);
        return false;
    }

    private readonly record struct Pending(long ProposalId, long Index, int Bytes);
}
