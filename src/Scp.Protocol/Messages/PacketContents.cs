using System.Runtime.CompilerServices;

namespace Scp.Protocol.Messages;

/// <summary>What a packet being built carries, as far as redundancy cares.</summary>
internal struct PacketContents
{
    /// <summary>Replies up to this size are repeated in later replies' packets; larger ones are worth parity.</summary>
    public const int SmallReplyBytes = 256;

    private const int MaxCopyCandidates = 8;

    /// <summary>Something of priority Request or above, for which somebody waits.</summary>
    public bool IsLatencyCritical;

    /// <summary>Latency-critical, and not only small replies.</summary>
    public bool IsMoreThanSmallReplies;

    /// <summary>Latency-critical, and all of it urgent: copies of its own protect it.</summary>
    public readonly bool IsOnlyUrgent => IsLatencyCritical && !_hasPatient;

    /// <summary>A small reply for the first time: earlier ones may ride along.</summary>
    public OutgoingMessage? FreshReply;

    /// <summary>Parts that may deserve a copy: urgent, or sent for the second time.</summary>
    public CopyCandidates Candidates;

    public int CandidateCount;

    private bool _hasPatient;

    public void Note(OutgoingMessage message, int part)
    {
        if (message.Head.Priority > Priority.Request)
        {
            return;
        }

        bool isRepeat = (message.SentParts & (1 << part)) != 0;
        bool isSmallReply = message.Kind == MessageKind.Reply && message.Length <= SmallReplyBytes;
        IsLatencyCritical = true;
        _hasPatient |= !message.IsUrgent;
        IsMoreThanSmallReplies |= !isSmallReply;
        if (isSmallReply && !isRepeat)
        {
            FreshReply = message;
        }

        if ((isRepeat || message.IsUrgent) && CandidateCount < MaxCopyCandidates)
        {
            Candidates[CandidateCount++] = new CopyCandidate(message, part, isRepeat);
        }
    }

    internal readonly record struct CopyCandidate(OutgoingMessage Message, int Part, bool IsRetry);

    [InlineArray(MaxCopyCandidates)]
    internal struct CopyCandidates
    {
        private CopyCandidate _first;
    }
}
