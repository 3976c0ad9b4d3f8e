namespace Scp.Protocol.Crypto;

/// <summary>
/// Authenticated encryption of one datagram under one key. Implementations are structs and are used through type
/// parameters, so that the JIT compiles the packet path for each of them without an indirect call. A struct refers to its
/// cipher and holds no state of its own, so that a copy is the same cipher. One thread uses it at a time. Neither method
/// allocates.
/// </summary>
public interface IDatagramAead<TSelf> : IDisposable
    where TSelf : struct, IDatagramAead<TSelf>
{
    /// <summary>Bytes that sealing adds to a payload.</summary>
    static abstract int TagBytes { get; }

    /// <summary>Takes a key of <see cref="KeySchedule.KeyBytes"/> bytes; the caller may wipe it afterwards.</summary>
    static abstract TSelf Create(ReadOnlySpan<byte> key);

    /// <summary>Encrypts the payload where it stands and writes the tag. A nonce is used once under a key.</summary>
    void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, Span<byte> tag);

    /// <summary>
    /// Decrypts the payload where it stands. What was not sealed under this key, nonce and associated data gives false,
    /// never an exception, and leaves the payload without meaning.
    /// </summary>
    bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, ReadOnlySpan<byte> tag);
}
