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

    /// <summary>Neighbours among answered slots, oldest answer first.</summary>
    public IncomingSlot? OlderAnswer;
    public IncomingSlot? NewerAnswer;

    public ushort Number;

    /// <summary>The application was told that the caller wants no reply to the running request.</summary>
    public bool IsWithdrawn;

    /// <summary>Some parts of a one-way are here; those that were lost never come.</summary>
    public bool IsPartialOneWay => Kind == MessageKind.OneWay && Parts.HasBegun;
}
