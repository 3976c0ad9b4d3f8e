namespace Scp.Protocol.Wire;

/// <summary>
/// The first byte of every frame in a packet. Values from <see cref="Message"/> to 0x3F are one family: the low five
/// bits of a message frame say its kind and which optional fields follow (see <c>MessageFrame</c>).
/// </summary>
public enum FrameType : byte
{
    /// <summary>The rest of the packet is padding.</summary>
    Padding = 0x00,

    /// <summary>Asks for an acknowledgement and says nothing else.</summary>
    Ping = 0x01,

    /// <summary>Packet numbers received.</summary>
    Ack = 0x02,

    /// <summary>As <see cref="Ack"/>, with packets that were lost on the way but rebuilt from parity.</summary>
    AckRecovered = 0x03,

    /// <summary>The XOR of the payloads of earlier packets.</summary>
    Parity = 0x04,

    /// <summary>Everything of a stream up to an offset has arrived.</summary>
    StreamAck = 0x05,

    /// <summary>A stream may send up to an offset.</summary>
    StreamCredit = 0x06,

    /// <summary>All streams together may send up to a number of bytes.</summary>
    SessionCredit = 0x07,

    /// <summary>The sender gives a stream up.</summary>
    StreamReset = 0x08,

    /// <summary>The receiver wants no more of a stream.</summary>
    StreamStop = 0x09,

    /// <summary>The caller no longer wants a reply.</summary>
    Cancel = 0x0A,

    /// <summary>How many message slots the peer may use.</summary>
    SlotCredit = 0x0B,

    /// <summary>Eight bytes to be sent back from the address that received them.</summary>
    PathChallenge = 0x0C,

    /// <summary>The eight bytes of a challenge.</summary>
    PathResponse = 0x0D,

    /// <summary>The session ends.</summary>
    Close = 0x0E,

    /// <summary>A message, or one part of it.</summary>
    Message = 0x20,
}
