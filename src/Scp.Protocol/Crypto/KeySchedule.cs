using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Scp.Protocol.Crypto;

/// <summary>
/// How datagram keys follow from the random bytes that the two sides send each other inside TLS. HKDF with SHA-256;
/// labels are ASCII, ‖ is concatenation, i and a are initiator and acceptor of the session.
/// <code>
/// secret     = Extract(salt = "scp1 epoch" ‖ session id (16), ikm = random of i (32) ‖ random of a (32))
/// traffic    = Expand(secret, "scp1 i2a" ‖ epoch (u32 little-endian), 32)     "scp1 a2i" for the other direction
/// key        = Expand(traffic, "scp1 key", 32)
/// iv         = Expand(traffic, "scp1 iv", 12)
/// next phase = Expand(traffic, "scp1 next", 32)
/// </code>
/// TLS keeps the randoms secret and names the nodes, so only they can derive; the session and the epoch are bound in, so
/// no two epochs share a key even if a random repeats. A next phase cannot be run backwards to the one before.
/// </summary>
public static class KeySchedule
{
    /// <summary>Random bytes that each side contributes to an epoch.</summary>
    public const int RandomBytes = 32;

    public const int KeyBytes = 32;
    public const int IvBytes = 12;
    internal const int SecretBytes = SHA256.HashSizeInBytes;

    internal static ReadOnlySpan<byte> KeyLabel => "scp1 key"u8;

    internal static ReadOnlySpan<byte> IvLabel => "scp1 iv"u8;

    internal static ReadOnlySpan<byte> NextLabel => "scp1 next"u8;

    private static ReadOnlySpan<byte> EpochLabel => "scp1 epoch"u8;

    private static ReadOnlySpan<byte> InitiatorLabel => "scp1 i2a"u8;

    private static ReadOnlySpan<byte> AcceptorLabel => "scp1 a2i"u8;

    /// <summary>
    /// The secrets of an epoch as seen from one side. The randoms are the caller's to wipe; each is
    /// <see cref="RandomBytes"/> long.
    /// </summary>
    public static EpochSecrets Derive(
        SessionId session,
        uint epoch,
        ReadOnlySpan<byte> initiatorRandom,
        ReadOnlySpan<byte> acceptorRandom,
        bool isInitiator)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(initiatorRandom.Length, RandomBytes);
        ArgumentOutOfRangeException.ThrowIfNotEqual(acceptorRandom.Length, RandomBytes);

        Span<byte> salt = stackalloc byte[EpochLabel.Length + SessionId.Size];
        EpochLabel.CopyTo(salt);
        session.Format(salt[EpochLabel.Length..]);

        Span<byte> randoms = stackalloc byte[2 * RandomBytes];
        initiatorRandom.CopyTo(randoms);
        acceptorRandom.CopyTo(randoms[RandomBytes..]);

        Span<byte> secret = stackalloc byte[SecretBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, randoms, salt, secret);
        TrafficSecret fromInitiator = DeriveTraffic(secret, InitiatorLabel, epoch);
        TrafficSecret fromAcceptor = DeriveTraffic(secret, AcceptorLabel, epoch);
        CryptographicOperations.ZeroMemory(randoms);
        CryptographicOperations.ZeroMemory(secret);

        return isInitiator ? new EpochSecrets(fromInitiator, fromAcceptor) : new EpochSecrets(fromAcceptor, fromInitiator);
    }

    internal static void Expand(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> info, Span<byte> output) =>
        HKDF.Expand(HashAlgorithmName.SHA256, secret, output, info);

    private static TrafficSecret DeriveTraffic(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, uint epoch)
    {
        Span<byte> info = stackalloc byte[label.Length + sizeof(uint)];
        label.CopyTo(info);
        BinaryPrimitives.WriteUInt32LittleEndian(info[label.Length..], epoch);
        var traffic = new TrafficSecret();
        Expand(secret, info, traffic.Bytes);
        return traffic;
    }
}
