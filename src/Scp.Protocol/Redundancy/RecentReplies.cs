using Scp.Protocol.Messages;

namespace Scp.Protocol.Redundancy;

/// <summary>The last small replies, so that each may ride once more in the packet of a later one.</summary>
internal sealed class RecentReplies
{
    private const int Kept = 64;

    private readonly Entry[] _ring = new Entry[Kept];
    private int _next;

    public void Add(OutgoingMessage reply, long nowNs)
    {
        _ring[_next] = new Entry(reply, reply.Generation, nowNs);
        _next = (_next + 1) & (Kept - 1);
    }

    /// <summary>The newest reply that was sent at least <paramref name="ageNs"/> ago, never repeated, and not known to have arrived.</summary>
    public OutgoingMessage? Find(long nowNs, long ageNs, int maxRepeats)
    {
        for (int i = 1; i <= Kept; i++)
        {
            Entry entry = _ring[(_next - i) & (Kept - 1)];
            if (entry.Reply is not { } reply)
            {
                return null;
            }

            if (nowNs - entry.SentAtNs < ageNs)
            {
                continue;
            }

            bool isOpen = !reply.IsReleased && reply.Generation == entry.Generation;
            return isOpen && !reply.IsSettled && reply.Repeats < maxRepeats ? reply : null;
        }

        return null;
    }

    private readonly record struct Entry(OutgoingMessage? Reply, uint Generation, long SentAtNs);
}
