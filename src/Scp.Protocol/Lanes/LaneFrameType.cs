namespace Scp.Protocol.Lanes;

/// <summary>The first byte of every frame on a bulk lane (the byte stream inside TLS).</summary>
public enum LaneFrameType : byte
{
    /// <summary>The first frame each way: who, which session, which epoch.</summary>
    Hello = 0x01,

    /// <summary>Bytes of a stream at an offset.</summary>
    Chunk = 0x02,

    /// <summary>A packet of the datagram lane, carried here because UDP is blocked.</summary>
    Packet = 0x03,

    /// <summary>Is the lane alive?</summary>
    Ping = 0x04,

    /// <summary>It is.</summary>
    Pong = 0x05,

    /// <summary>The lane ends, and why.</summary>
    Close = 0x06,
}
