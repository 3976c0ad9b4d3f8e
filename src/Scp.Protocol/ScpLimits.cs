namespace Scp.Protocol;

/// <summary>
/// Every limit of the protocol by name. Those marked <i>wire</i> are part of the protocol and the same everywhere; the
/// others are this implementation's, stated so that memory and work have a bound whatever a peer sends.
/// </summary>
public static class ScpLimits
{
    /// <summary>Wire. The UDP payload that every path is assumed to carry: IPv6's minimum MTU less headers, rounded down.</summary>
    public const int BaseDatagramBytes = 1200;

    /// <summary>Wire. The largest UDP payload ever sent: a jumbo frame less IPv6 and UDP headers.</summary>
    public const int MaxDatagramBytes = 8952;

    /// <summary>Wire. Payload bytes of each part but the last of a message in several parts; one part and its headers fit the base datagram.</summary>
    public const int PartBytes = 1088;

    /// <summary>Wire. Parts of a message on the datagram lane; what is larger goes by bulk lane.</summary>
    public const int MaxParts = 8;

    /// <summary>Wire. Message slots a peer may be granted: calls and reliable one-ways under way in one direction.</summary>
    public const int MaxSlots = 4096;

    /// <summary>Message slots granted at first.</summary>
    public const int DefaultSlots = 1024;

    /// <summary>Wire. Data bytes of one chunk on a bulk lane, so that nothing waits behind more than this.</summary>
    public const int MaxChunkBytes = 64 * 1024;

    /// <summary>Wire. Bulk lanes of one session.</summary>
    public const int MaxLanes = 4;

    /// <summary>Wire. Ranges of packet numbers in one acknowledgement.</summary>
    public const int MaxAckRanges = 32;

    /// <summary>Wire. Packets that one parity frame may cover.</summary>
    public const int MaxParityPackets = 8;

    /// <summary>Wire. Packet numbers behind the newest that are still told apart from replays; older ones are dropped.</summary>
    public const int ReplayWindowPackets = 16384;

    /// <summary>Wire. Bytes of UTF-8 in the reason of a close.</summary>
    public const int MaxReasonBytes = 256;

    /// <summary>Wire. Bytes of a hello on a bulk lane, resume positions included.</summary>
    public const int MaxHelloBytes = 32 * 1024;

    /// <summary>Wire. Packets sealed under one key before the next key phase; at most twice as many while the change waits, half of RFC 9001's limit for AES-GCM.</summary>
    public const long MaxPacketsPerKey = 1L << 21;

    /// <summary>Packets that failed to open under one epoch before the session is closed: far below the AES-GCM forgery limit.</summary>
    public const long MaxForgeriesPerEpoch = 1L << 36;

    /// <summary>Bytes of a message taken by bulk lane and delivered whole; what is larger is for a stream.</summary>
    public const long MaxMessageBytes = 16L * 1024 * 1024;

    /// <summary>Messages waiting to be sent in one session; past this a send is refused.</summary>
    public const int MaxQueuedMessages = 8192;

    /// <summary>Bytes of messages waiting or under way in one session; counted apart for those that go by bulk lane, of which one alone may be larger.</summary>
    public const int MaxQueuedMessageBytes = 8 * 1024 * 1024;

    /// <summary>Bytes of arriving messages held for one session: parts and whole messages not yet taken; counted apart for those that come by bulk lane, of which one alone may be larger.</summary>
    public const int MaxIncomingMessageBytes = 8 * 1024 * 1024;

    /// <summary>Bytes of replies kept until they are acknowledged or their slot moves on.</summary>
    public const int MaxReplyCacheBytes = 4 * 1024 * 1024;

    /// <summary>Streams open at once in one session, both directions together.</summary>
    public const int MaxStreams = 1024;

    /// <summary>Bytes a stream may send before its receiver has taken any.</summary>
    public const int StreamWindowBytes = 1024 * 1024;

    /// <summary>
    /// The largest window a stream grows to: 200 Mbit/s × 160 ms is 4 MB, and as lanes that lose packets keep bytes back for
    /// several round trips, a stream over four of them needs some five times that.
    /// </summary>
    public const int MaxStreamWindowBytes = 32 * 1024 * 1024;

    /// <summary>Bytes all streams of a session may send before their receivers have taken any.</summary>
    public const int SessionWindowBytes = 64 * 1024 * 1024;

    /// <summary>Packets sent and neither acknowledged nor given up.</summary>
    public const int MaxPacketsInFlight = 16384;

    /// <summary>Payloads kept by a receiver so that parity can rebuild a lost one.</summary>
    public const int ParityWindowPackets = 256;

    /// <summary>Wire. An unproven address is sent at most this many times what came from it.</summary>
    public const int AntiAmplificationFactor = 3;

    /// <summary>Longest time an acknowledgement waits for a packet to ride on.</summary>
    public const long MaxAckDelayNs = 5_000_000;

    /// <summary>Round trip assumed before any was measured.</summary>
    public const long InitialRttNs = 100_000_000;

    /// <summary>Silence after which a session is given up.</summary>
    public const long DefaultIdleTimeoutNs = 30_000_000_000;

    /// <summary>Longest wait between two probes, whatever the back-off: a path that heals is noticed within this.</summary>
    public const long MaxProbeIntervalNs = 1_000_000_000;
}
