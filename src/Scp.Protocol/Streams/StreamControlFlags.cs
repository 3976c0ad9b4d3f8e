namespace Scp.Protocol.Streams;

/// <summary>Which control frames of one stream are meant; they leave in this order.</summary>
[Flags]
internal enum StreamControlFlags : byte
{
    None = 0,
    Ack = 1 << 0,
    Credit = 1 << 1,
    Stop = 1 << 2,

    /// <summary>The ack that counts the end: the last word of a receiving half.</summary>
    FinalAck = 1 << 3,

    /// <summary>The last word of a sending half that did not get to its end.</summary>
    Reset = 1 << 4,

    /// <summary>After these the peer may forget the stream.</summary>
    LastWords = FinalAck | Reset,
}
