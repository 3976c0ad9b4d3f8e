namespace Consensus.Host;

/// <summary>
/// Which group wants to hear of the time next. A group stands in the queue once for each time that it asked to be called
/// earlier than before; a place that is out of date is passed over when it comes up.
/// </summary>
internal sealed class GroupTimers
{
    private readonly PriorityQueue<HostedGroup, long> _queue = new();

    /// <summary>The time of the earliest place; <see cref="long.MaxValue"/> for never. It may turn out to be out of date.</summary>
    public long EarliestNs => _queue.TryPeek(out _, out long dueNs) ? dueNs : long.MaxValue;

    /// <summary>The group's time is another one now.</summary>
    public void Set(HostedGroup group, long dueNs)
    {
        group.DueNs = dueNs;
        if (dueNs < group.QueuedNs)
        {
            group.QueuedNs = dueNs;
            _queue.Enqueue(group, dueNs);
        }
    }

    /// <summary>The next group whose time has come; null when there is none.</summary>
    public HostedGroup? Take(long nowNs)
    {
        while (_queue.TryPeek(out HostedGroup? group, out long queuedNs) && queuedNs <= nowNs)
        {
            _ = _queue.Dequeue();
            if (queuedNs != group.QueuedNs)
            {
                continue;
            }

            group.QueuedNs = long.MaxValue;
            if (group.DueNs <= nowNs)
            {
                return group;
            }

            Set(group, group.DueNs);
        }

        return null;
    }
}
