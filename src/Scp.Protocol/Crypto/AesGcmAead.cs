using System.Security.Cryptography;

namespace Scp.Protocol.Crypto;

/// <summary>AES-256-GCM with a tag of 16 bytes.</summary>
public readonly struct AesGcmAead : IDatagramAead<AesGcmAead>
{
    private readonly AesGcm _cipher;

    private AesGcmAead(AesGcm cipher) => _cipher = cipher;

    public static int TagBytes => 16;

    public static AesGcmAead Create(ReadOnlySpan<byte> key) => new(new AesGcm(key, TagBytes));

    public void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, Span<byte> tag) =>
        _cipher.Encrypt(nonce, payloadInPlace, payloadInPlace, tag, associatedData);

    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, ReadOnlySpan<byte> tag)
    {
        try
        {
            _cipher.Decrypt(nonce, payloadInPlace, tag, payloadInPlace, associatedData);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            // The platform has no other way to say "forged"; every other exception is a fault of this side and goes on.
            return false;
        }
    }

    public void Dispose() => _cipher.Dispose();
}
