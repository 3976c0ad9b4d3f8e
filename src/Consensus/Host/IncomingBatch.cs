using Consensus.Core;
using Scp.Serialization;

namespace Consensus.Host;

/// <summary>What another node's worker has said to the groups here, as mail for the workers that own them.</summary>
internal static class IncomingBatch
{
    /// <summary>
    /// Fills the mail for each worker; none for some, where it is not for all. Every one of them hears a sign of life: for
    /// whichever owns a group there, here it may be another. False when this is no batch. Of one that is damaged inside,
    /// what comes before the damage counts.
    /// </summary>
    public static bool TryRead(NodeId from, ReadOnlySpan<byte> batch, Span<WorkerMail?> mails)
    {
        var reader = new MessagePackReader(batch, RaftMessageCodec.Limits);
        if (!MessageBatch.TryReadHead(ref reader, out BatchHead head))
        {
            return false;
        }

        mails.Clear();
        switch (head.Kind)
        {
            case BatchKind.SnapshotPart when SnapshotPart.TryRead(ref reader, out SnapshotPart part):
                mails[WorkerOf(part.Group, mails.Length)] = new SnapshotMail(from, part, null);
                return true;
            case BatchKind.SnapshotProgress when SnapshotProgress.TryRead(ref reader, out SnapshotProgress progress):
                mails[WorkerOf(progress.Group, mails.Length)] = new SnapshotMail(from, null, progress);
                return true;
            case BatchKind.Messages:
                ReadMessages(from, head, ref reader, mails);
                return true;
            default:
                return false;
        }
    }

    public static int WorkerOf(GroupId group, int workers) => (int)(group.Value % (ulong)workers);

    private static void ReadMessages(NodeId from, in BatchHead head, ref MessagePackReader reader, Span<WorkerMail?> mails)
    {
        foreach (ref WorkerMail? mail in mails)
        {
            mail = new ReceivedMail(from, head);
        }

        EntryArena? arena = null;
        while (reader.Remaining > 0)
        {
            arena ??= new EntryArena();
            if (!RaftMessageCodec.TryRead(ref reader, arena, out RaftMessage message))
            {
                return;
            }

            ((ReceivedMail)mails[WorkerOf(message.Group, mails.Length)]!).Messages.Add(message);
        }
    }
}
