namespace Scp.Protocol;

/// <summary>Why a session, a lane, a stream or a call ended. The numbers travel on the wire and never change meaning.</summary>
public enum ErrorCode : ushort
{
    /// <summary>Ended in order, by whoever sent it.</summary>
    None = 0x00,

    /// <summary>This side failed in a way that is its own fault.</summary>
    Internal = 0x01,

    /// <summary>A frame could not be parsed: truncated, unknown type, a length past the end.</summary>
    Malformed = 0x02,

    /// <summary>A frame parsed, but may not come here or now.</summary>
    ProtocolViolation = 0x03,

    /// <summary>More bytes, streams or message slots than were granted.</summary>
    CreditExceeded = 0x04,

    /// <summary>A named limit was exceeded.</summary>
    LimitExceeded = 0x05,

    /// <summary>No protocol version in common.</summary>
    VersionMismatch = 0x06,

    /// <summary>The session named by a resume or join is not known here (any more).</summary>
    UnknownSession = 0x07,

    /// <summary>The peer is not the node this session belongs to, or its token does not match.</summary>
    Unauthorized = 0x08,

    /// <summary>Nothing authentic was heard for the idle timeout.</summary>
    IdleTimeout = 0x09,

    /// <summary>This side is shutting down and takes no new work.</summary>
    Draining = 0x0A,

    /// <summary>No room: queues or memory limits are reached. Trying again later may work.</summary>
    Overloaded = 0x0B,

    /// <summary>The deadline passed before the work began.</summary>
    DeadlineExceeded = 0x0C,

    /// <summary>The caller withdrew it.</summary>
    Cancelled = 0x0D,

    /// <summary>Nobody handles this topic.</summary>
    NoHandler = 0x0E,

    /// <summary>A lane was replaced by a newer epoch of its session.</summary>
    Superseded = 0x0F,

    /// <summary>The keys of an epoch have sealed as many packets as they may, and no new epoch could be agreed.</summary>
    KeysExhausted = 0x10,
}
