namespace Scp.Protocol.Messages;

/// <summary>What a packet being built carries, as far as redundancy cares.</summary>
internal struct PacketContents
{
    /// <summary>Something of priority Request or above, for which somebody waits.</summary>
    public bool IsLatencyCritical;

    /// <summary>A reply for the first time: earlier replies may ride along.</summary>
    public bool HasFreshReply;

    /// <summary>A part of an urgent message, sent for the first time.</summary>
    public bool HasUrgent;

    /// <summary>Parts that were sent before.</summary>
    public int Retransmitted;

    public void Note(OutgoingMessage message, int part)
    {
        bool isRepeat = (message.SentParts & (1 << part)) != 0;
        IsLatencyCritical |= message.Head.Priority <= Priority.Request;
        HasFreshReply |= message.Kind == MessageKind.Reply && !isRepeat;
        HasUrgent |= message.IsUrgent && !isRepeat;
        Retransmitted += isRepeat ? 1 : 0;
    }
}
