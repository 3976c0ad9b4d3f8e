using Consensus.Core;
using Scp.Serialization;

namespace Consensus.Host;

/// <summary>What another node's worker has said to the groups here, as mail for the workers that own them.</summary>
internal static class IncomingBatch
{
    /// <summary>
    /// Fills one mail for each worker: every one of them hears the sign of life, for whichever owns a group there, here it
    /// may be another. False when this is no batch. Of one that is damaged inside, what comes before the damage counts.
    /// </summary>
    public static bool TryRead(NodeId from, ReadOnlySpan<byte> batch, Span<ReceivedMail> mails)
    {
        var reader = new MessagePackReader(batch, RaftMessageCodec.Limits);
        if (!MessageBatch.TryReadHead(ref reader, out BatchHead head))
        {
            return false;
        }

        for (int i = 0; i < mails.Length; i++)
        {
            mails[i] = new ReceivedMail(from, head);
        }

        EntryArena? arena = null;
        while (reader.Remaining > 0)
        {
            arena ??= new EntryArena();
            if (!RaftMessageCodec.TryRead(ref reader, arena, out RaftMessage message))
            {
                break;
            }

            mails[(int)(message.Group.Value % (ulong)mails.Length)].Messages.Add(message);
        }

        return true;
    }
}
