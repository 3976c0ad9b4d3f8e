namespace Scp.Transport.Identity;

/// <summary>Why the other end of a connection is not taken for a node.</summary>
internal enum PeerRefusalReason
{
    None,

    /// <summary>It showed no certificate.</summary>
    NoCertificate,

    /// <summary>Its certificate does not lead to an authority that is trusted here.</summary>
    WrongAuthority,

    Expired,
    NotYetValid,

    /// <summary>The authority that signed its certificate has expired.</summary>
    AuthorityExpired,

    /// <summary>Its certificate may not be used for its side of a handshake.</summary>
    WrongPurpose,

    /// <summary>Its certificate names no node, or several.</summary>
    NoName,

    /// <summary>It is a node, but not the one that was dialled.</summary>
    WrongName,

    /// <summary>It does not speak scp/1.</summary>
    WrongProtocol,

    /// <summary>TLS itself failed: no TLS 1.3, no TLS at all, or the other side refuses.</summary>
    HandshakeFailed,

    /// <summary>The connection ended before the handshake did.</summary>
    ConnectionLost,
}
