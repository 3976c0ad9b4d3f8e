using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Scp.Protocol.Lanes;

/// <summary>
/// Proves the right to resume or join a session: its id, and sixteen random bytes that the acceptor made for it.
/// <code>
/// u8   version, 1
/// 16   session id
/// 16   secret
/// </code>
/// Not a record, because those compare byte by byte until the first difference and print what they hold.
/// </summary>
public readonly struct ResumeToken
{
    public const int Size = 1 + SessionId.Size + SecretBytes;
    public const int SecretBytes = 16;

    private const byte Version = 1;

    private readonly UInt128 _secret;

    /// <summary>A token over <see cref="SecretBytes"/> secret bytes.</summary>
    public ResumeToken(SessionId session, ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, SecretBytes);
        Session = session;
        _secret = BinaryPrimitives.ReadUInt128LittleEndian(secret);
    }

    public SessionId Session { get; }

    /// <summary>Reads a token that fills <paramref name="source"/>; false if it is of another length or version.</summary>
    public static bool TryParse(ReadOnlySpan<byte> source, out ResumeToken token)
    {
        token = default;
        if (source.Length != Size || source[0] != Version || !SessionId.TryParse(source[1..], out SessionId session))
        {
            return false;
        }

        token = new ResumeToken(session, source[(1 + SessionId.Size)..]);
        return true;
    }

    public void Format(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(destination[(1 + SessionId.Size)..], _secret);
        Session.Format(destination[1..]);
        destination[0] = Version;
    }

    /// <summary>Compares in a time that tells nothing about where the tokens differ.</summary>
    public bool Matches(in ResumeToken other)
    {
        Span<byte> mine = stackalloc byte[Size];
        Span<byte> theirs = stackalloc byte[Size];
        Format(mine);
        other.Format(theirs);
        return CryptographicOperations.FixedTimeEquals(mine, theirs);
    }

    /// <summary>The session only: a token's secret stays out of logs.</summary>
    public override string ToString() => $"token of {Session}";
}
