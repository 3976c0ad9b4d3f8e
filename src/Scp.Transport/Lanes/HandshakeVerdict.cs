namespace Scp.Transport.Lanes;

/// <summary>What <see cref="HandshakeGate"/> says of a connection.</summary>
internal enum HandshakeVerdict
{
    /// <summary>It may begin, and <see cref="HandshakeGate.Leave"/> is owed once it has ended.</summary>
    Enter,

    /// <summary>As many as may be are under way.</summary>
    Room,

    /// <summary>As many as may be are under way from its source.</summary>
    Share,

    /// <summary>Too many were begun lately, by all or by its source.</summary>
    Rate,
}
