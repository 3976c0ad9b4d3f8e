using System.Globalization;

namespace Scp.Protocol;

/// <summary>
/// Names one message of one direction of a session: the slot it occupies and how many messages that slot has carried.
/// A slot carries one message at a time, so the receiver needs only the last sequence of each slot to tell a repeat
/// from a new message, however long ago either was sent.
/// </summary>
public readonly record struct MessageId(ushort Slot, ulong Sequence)
{
    public override string ToString() => $"{Slot}.{Sequence}";
}

/// <summary>A stream: an even number was opened by the initiator of the session, an odd one by the acceptor.</summary>
public readonly record struct StreamId(ulong Value)
{
    public bool OpenedByInitiator => (Value & 1) == 0;

    /// <summary>True for a stream of one direction that carries one large message; false for a duplex stream of bytes.</summary>
    public bool IsMessage => (Value & 2) != 0;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
