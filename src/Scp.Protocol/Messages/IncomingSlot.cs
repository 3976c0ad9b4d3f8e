namespace Scp.Protocol.Messages;

internal enum IncomingState : byte
{
    /// <summary>Nothing under way; a repeat of the last sequence needs no answer.</summary>
    Done,

    /// <summary>Some parts are here.</summary>
    Assembling,

    /// <summary>A whole request, which the application has not taken yet.</summary>
    Waiting,

    /// <summary>With the application, and no reply yet.</summary>
    Running,

    /// <summary>Answered; the reply is kept until it is acknowledged or the slot moves on.</summary>
    Answered,
}

/// <summary>
/// What the receiver remembers of one slot of the peer: the last sequence and what became of it. That is all that
/// exactly-once needs: a smaller sequence is a late repeat, the same one is a repeat of the current message, and a larger
/// one says that the peer has its answer, or no longer wants it.
/// </summary>
internal sealed class IncomingSlot
{
    public ulong Sequence;
    public MessageKind Kind;
    public IncomingState State;
    public Reassembly Parts;
    public long DeadlineNs;
    public Priority Priority;
    public bool IsUrgent;
    public OutgoingMessage? Reply;

    /// <summary>The list that the slot is in, if any, and its neighbours there.</summary>
    public IncomingSlotList? List;
    public IncomingSlot? Older;
    public IncomingSlot? Newer;

    public ushort Number;

    /// <summary>The application was told that the caller wants no reply to the running request.</summary>
    public bool IsWithdrawn;
}
