namespace Scp.Protocol.Messages;

/// <summary>
/// A message on its way out: a request until its outcome is known, a reply until it is acknowledged, a one-way until
/// it is settled. Pooled; <see cref="Generation"/> tells a reference kept in a sent packet that its message is gone.
/// </summary>
internal sealed class OutgoingMessage
{
    public MessageKind Kind;
    public MessageId Id;
    public MessageHead Head;
    public byte[] Payload = [];
    public int Length;
    public int Parts;
    public uint Generation;
    public bool IsUrgent;
    public bool HasSlot;

    /// <summary>Parts waiting to be put into a packet, as bits.</summary>
    public byte PendingParts;

    /// <summary>Parts that were in a packet at least once.</summary>
    public byte SentParts;

    /// <summary>Parts that need nothing more: acknowledged, or lost when the message is not sent again.</summary>
    public byte SettledParts;

    /// <summary>The queue it waits in, perhaps with nothing pending any more.</summary>
    public SendQueue? Queue;

    /// <summary>Its outcome is known; the object is in the pool.</summary>
    public bool IsReleased;

    /// <summary>Packets in flight that hold each part, a byte a part.</summary>
    private ulong _copiesInFlight;

    public OutgoingMessage? Next;
    public OutgoingMessage? Previous;

    public long DeadlineNs;
    public int DeadlineIndex = -1;
    public long LastSentNs;

    /// <summary>How often a reply was repeated in later packets.</summary>
    public int Repeats;

    /// <summary>What the caller wants back with the outcome.</summary>
    public long Context;

    /// <summary>The reply of a request as far as it has arrived.</summary>
    public Reassembly Reply;

    /// <summary>Set when the message goes by bulk lane.</summary>
    public bool IsBulk;
    public StreamId Stream;

    /// <summary>Its stream is open and not all of it has arrived.</summary>
    public bool IsStreaming;

    /// <summary>Bytes of head and payload given to the stream so far.</summary>
    public int BulkBytesWritten;

    public bool IsQueued => Queue is not null;

    public byte AllParts => (byte)((1 << Parts) - 1);

    public bool IsSettled => SettledParts == AllParts;

    public bool WasSent => SentParts != 0 || BulkBytesWritten > 0;

    /// <summary>The head as it travels now: with the time that is left.</summary>
    public MessageHead HeadAt(long nowNs)
    {
        MessageHead head = Head;
        head.DeadlineUs = DeadlineNs > 0 ? Math.Max(1, (DeadlineNs - nowNs) / 1000) : 0;
        return head;
    }

    public bool IsInFlight(int part) => ((_copiesInFlight >> (8 * part)) & 0xFF) != 0;

    public void OnPartSent(int part, long nowNs)
    {
        SentParts |= (byte)(1 << part);
        LastSentNs = nowNs;
        if (((_copiesInFlight >> (8 * part)) & 0xFF) < 0xFF)
        {
            _copiesInFlight += 1UL << (8 * part);
        }
    }

    public void OnCopyGone(int part)
    {
        if (IsInFlight(part))
        {
            _copiesInFlight -= 1UL << (8 * part);
        }
    }

    /// <summary>Makes a pooled object new; whatever still refers to its former message sees another generation.</summary>
    public void Reset(MessageKind kind)
    {
        Generation++;
        Kind = kind;
        Id = default;
        Head = default;
        Payload = [];
        Length = 0;
        Parts = 1;
        IsUrgent = false;
        HasSlot = false;
        PendingParts = 0;
        SentParts = 0;
        SettledParts = 0;
        Queue = null;
        IsReleased = false;
        _copiesInFlight = 0;
        Next = null;
        Previous = null;
        DeadlineNs = 0;
        DeadlineIndex = -1;
        LastSentNs = 0;
        Repeats = 0;
        Context = 0;
        Reply = default;
        IsBulk = false;
        Stream = default;
        IsStreaming = false;
        BulkBytesWritten = 0;
    }

    public ReadOnlySpan<byte> PartPayload(int part)
    {
        int start = part * ScpLimits.PartBytes;
        return Parts == 1 ? Payload.AsSpan(0, Length) : Payload.AsSpan(start, Math.Min(ScpLimits.PartBytes, Length - start));
    }
}
