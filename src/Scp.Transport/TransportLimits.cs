namespace Scp.Transport;

/// <summary>Every limit of the transport by name; those of the protocol are in <see cref="Protocol.ScpLimits"/>.</summary>
public static class TransportLimits
{
    /// <summary>A connection whose peer has not said hello after this is closed.</summary>
    public const long HelloTimeoutNs = 10_000_000_000;

    /// <summary>A TLS handshake that takes longer is given up.</summary>
    public const int HandshakeTimeoutMs = 10_000;

    /// <summary>TLS handshakes of accepted connections that run at once.</summary>
    public const int MaxHandshakes = 64;

    /// <summary>
    /// Of those, from one source, so that none can fill the room by saying nothing. What a source may begin in a second,
    /// <see cref="HandshakesASecondPerSource"/>, needs no more as long as each is done within 0.8 s: a slow path.
    /// </summary>
    public const int MaxHandshakesPerSource = 16;

    /// <summary>Handshakes a second that are begun, over all sources: the work of a flood is bounded by this.</summary>
    public const int HandshakesASecond = 200;

    /// <summary>Handshakes begun at once after a quiet time, over all sources.</summary>
    public const int HandshakeBurst = 200;

    /// <summary>Handshakes a second from one source: an IPv4 address, or an IPv6 network of 64 bits.</summary>
    public const int HandshakesASecondPerSource = 20;

    public const int HandshakeBurstPerSource = 40;

    /// <summary>Sources remembered for their rate; the one longest unheard of makes room.</summary>
    public const int MaxSources = 4096;

    /// <summary>Sessions of one node.</summary>
    public const int MaxSessions = 16_384;

    /// <summary>Calls and one-ways of one session that callers may have under way or waiting; past this they wait.</summary>
    public const int MaxOperations = 4096;

    /// <summary>Bytes of the payloads of those; one alone may be larger.</summary>
    public const int MaxOperationBytes = 8 * 1024 * 1024;

    /// <summary>One-way messages of one session that handlers are at work on; past this no more is taken from the session.</summary>
    public const int MaxMessagesUnderWay = 4096;

    /// <summary>Bytes of a lane that wait for the connection to take them, where that is slow: two chunks.</summary>
    public const int MinLaneWriteBytes = 128 * 1024;

    /// <summary>The same where it is fast.</summary>
    public const int MaxLaneWriteBytes = 2 * 1024 * 1024;

    /// <summary>Bytes of a lane that wait for the engine to read them.</summary>
    public const int LaneReadBytes = 1024 * 1024;

    /// <summary>Bytes of a stream that wait for its reader beyond what the protocol's window holds.</summary>
    public const int StreamReadBytes = 1024 * 1024;

    /// <summary>Bytes of a stream that wait for the session to take them.</summary>
    public const int StreamWriteBytes = 1024 * 1024;

    /// <summary>Datagrams of one session in one turn, so that none keeps the others waiting.</summary>
    public const int DatagramsATurn = 128;

    /// <summary>Events of one session in one turn.</summary>
    public const int EventsATurn = 1024;

    /// <summary>The longest time that a timer is set for. What falls due later is left to the session's own deadlines.</summary>
    public const int MaxTimerMs = int.MaxValue;

    /// <summary>The first wait before a lane is dialled again; it doubles up to <see cref="MaxRedialMs"/>.</summary>
    public const int MinRedialMs = 100;

    public const int MaxRedialMs = 5_000;

    /// <summary>Bytes a call or request keeps of its buffer for the next one.</summary>
    public const int KeptBufferBytes = 16 * 1024;
}
