using Scp.Protocol.Messages;
using Scp.Protocol.Recovery;
using Scp.Protocol.Session;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Messages;

/// <summary>
/// The message layer of one side, with its record of packets, and without everything else: packets are byte arrays, and
/// what becomes of each is for the test to say.
/// </summary>
internal sealed class MessageSide
{
    public MessageSide(int slots = ScpLimits.DefaultSlots)
    {
        Outgoing = new OutgoingMessages(Pool, Events);
        Incoming = new IncomingMessages(Pool, Events, Outgoing);
        Outgoing.GrantSlots(slots);
        Incoming.Grant(slots);
    }

    public PayloadPool Pool { get; } = new();

    public EventQueue Events { get; } = new();

    public OutgoingMessages Outgoing { get; }

    public IncomingMessages Incoming { get; }

    public SentPackets Packets { get; } = new();

    /// <summary>Packets whose sender has heard nothing yet.</summary>
    public SortedSet<ulong> Open { get; } = [];

    /// <summary>Packets given up, of which late news may come.</summary>
    public SortedSet<ulong> Lost { get; } = [];

    /// <summary>Builds one packet; false when nothing waits.</summary>
    public bool TryTransmit(long nowNs, out ulong number, out byte[] packet)
    {
        var writer = new WireWriter(new byte[1168]);
        PacketContents contents = default;
        long firstItem = Packets.BeginItems();
        Outgoing.NowNs = nowNs;
        _ = Outgoing.Fill(ref writer, Packets, nowNs, ref contents);
        while (writer.Remaining > 20 && Outgoing.TryTakeCancelled(out MessageId id))
        {
            writer.WriteByte((byte)FrameType.Cancel);
            writer.WriteVarInt(id.Slot);
            writer.WriteVarInt(id.Sequence);
            Packets.AddItem(SentItem.ForControl(FrameType.Cancel, id.Slot, id.Sequence));
        }

        number = Packets.Next;
        packet = writer.WrittenSpan.ToArray();
        if (packet.Length == 0)
        {
            return false;
        }

        Packets.Add(new SentPacket { FirstItem = firstItem, Bytes = packet.Length, SentAtNs = nowNs, Traits = PacketTraits.AckEliciting });
        Open.Add(number);
        return true;
    }

    /// <summary>Handles a packet's frames; false when it counts as not received.</summary>
    public bool Receive(ReadOnlySpan<byte> packet, long nowNs)
    {
        Outgoing.NowNs = nowNs;
        var reader = new WireReader(packet);
        bool hasRoom = true;
        while (!reader.IsEmpty)
        {
            byte type = reader.ReadByte();
            ErrorCode code;
            if (MessageFrame.IsMessage(type))
            {
                Assert.That(MessageFrame.TryRead(type, ref reader, out MessageFrame frame), Is.True);
                code = Incoming.Handle(frame, nowNs);
            }
            else
            {
                Assert.That(type, Is.EqualTo((byte)FrameType.Cancel));
                ulong slot = reader.ReadVarInt();
                code = Incoming.HandleCancel(new MessageId((ushort)slot, reader.ReadVarInt()));
            }

            hasRoom &= code != ErrorCode.Overloaded;
            Assert.That(code, Is.EqualTo(ErrorCode.None).Or.EqualTo(ErrorCode.Overloaded));
        }

        return hasRoom;
    }

    public void OnAcked(ulong number)
    {
        if (!Open.Remove(number) && !Lost.Remove(number))
        {
            return;
        }

        ForEachItem(number, item =>
        {
            if (item.IsMessagePart)
            {
                Outgoing.OnAcked(item);
            }
        });
        Packets.Settle(number);
    }

    public void OnLost(ulong number)
    {
        if (!Open.Remove(number))
        {
            return;
        }

        Packets.MarkLost(number);
        Lost.Add(number);
        ForEachItem(number, item =>
        {
            if (item.IsMessagePart)
            {
                Outgoing.OnLost(item);
            }
            else
            {
                Outgoing.RepeatCancel(new MessageId((ushort)item.Key, item.Value));
            }
        });
    }

    public void OnProbed(ulong number) => ForEachItem(number, item =>
    {
        if (item.IsMessagePart)
        {
            Outgoing.OnProbed(item);
        }
    });

    private void ForEachItem(ulong number, Action<SentItem> action)
    {
        SentPacket packet = Packets[number];
        for (int i = 0; i < packet.ItemCount; i++)
        {
            action(Packets.ItemAt(packet.FirstItem + i));
        }
    }
}
