using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Scp.Protocol.Crypto;

namespace Scp.Transport.Crypto;

/// <summary>
/// AES-256-GCM with a tag of 16 bytes, by libcrypto itself: the key is expanded once, and a packet costs four or five
/// short calls. On the wire it is the same as <see cref="AesGcmAead"/>. To be used where <see cref="IsSupported"/>.
/// </summary>
internal readonly unsafe struct EvpAesGcm : IDatagramAead<EvpAesGcm>
{
    private const int NonceBytes = KeySchedule.IvBytes;

    /// <summary>Associated data up to here is two blocks at most, and goes the short way.</summary>
    private const int ShortBytes = 32;

    private static readonly Lazy<bool> Supported = new(EvpProbe.Run);

    private readonly EvpContexts _contexts;

    private EvpAesGcm(EvpContexts contexts) => _contexts = contexts;

    /// <summary>True when libcrypto is there, of the right version, and gives the answers that are known. Found out once.</summary>
    public static bool IsSupported => Supported.Value;

    public static int TagBytes => 16;

    public static EvpAesGcm Create(ReadOnlySpan<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, KeySchedule.KeyBytes);
        return new EvpAesGcm(new EvpContexts(key));
    }

    public void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, Span<byte> tag)
    {
        CheckLengths(nonce.Length, tag.Length);
        EvpContexts contexts = _contexts;
        nint context = contexts.Seal;
        int ignored;
        fixed (byte* nonceAt = nonce, tagAt = tag)
        {
            bool done = EvpNative.InitNonce(context, 0, 0, null, nonceAt, encrypt: 1) == 1
                && Update(context, associatedData, payloadInPlace)
                && EvpNative.FinishSeal(context, tagAt, &ignored) == 1
                && EvpNative.Control(context, EvpNative.GetTag, TagBytes, tagAt) == 1;
            if (!done)
            {
                ThrowFailed();
            }
        }

        GC.KeepAlive(contexts);
    }

    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, ReadOnlySpan<byte> tag)
    {
        CheckLengths(nonce.Length, tag.Length);
        EvpContexts contexts = _contexts;
        nint context = contexts.Open;
        bool isAuthentic;
        fixed (byte* nonceAt = nonce, tagAt = tag)
        {
            bool done = EvpNative.InitNonce(context, 0, 0, null, nonceAt, encrypt: 0) == 1
                && EvpNative.Control(context, EvpNative.SetTag, TagBytes, tagAt) == 1
                && Update(context, associatedData, payloadInPlace);
            if (!done)
            {
                ThrowFailed();
            }

            int ignored;
            byte unused;
            isAuthentic = EvpNative.FinishOpen(context, &unused, &ignored) == 1;
        }

        GC.KeepAlive(contexts);
        if (!isAuthentic)
        {
            EvpNative.ClearErrors();
            CryptographicOperations.ZeroMemory(payloadInPlace);
        }

        return isAuthentic;
    }

    public void Dispose() => _contexts.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Update(nint context, ReadOnlySpan<byte> associatedData, Span<byte> payload)
    {
        int ignored;
        fixed (byte* dataAt = associatedData, payloadAt = payload)
        {
            bool done = associatedData.IsEmpty
                || (associatedData.Length <= ShortBytes
                    ? EvpNative.UpdateShort(context, null, &ignored, dataAt, associatedData.Length)
                    : EvpNative.Update(context, null, &ignored, dataAt, associatedData.Length)) == 1;

            // Nothing at all, with no place to write it to, would count as associated data.
            return done && (payload.IsEmpty || EvpNative.Update(context, payloadAt, &ignored, payloadAt, payload.Length) == 1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckLengths(int nonceBytes, int tagBytes)
    {
        if (nonceBytes != NonceBytes || tagBytes != TagBytes)
        {
            ThrowWrongLength();
        }
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowWrongLength() =>
        throw new ArgumentException($"A nonce is {NonceBytes} bytes and a tag {TagBytes}.");

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowFailed()
    {
        EvpNative.ClearErrors();
        throw new CryptographicException("OpenSSL could not encrypt or decrypt a packet.");
    }
}
