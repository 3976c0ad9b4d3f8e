using System.Runtime.CompilerServices;
using System.Runtime.ConstrainedExecution;
using System.Security.Cryptography;

namespace Scp.Transport.Crypto;

/// <summary>
/// One key in OpenSSL's hands, expanded twice: a context that seals and one that opens. Owns both; they are freed, and
/// the keys in them wiped, by <see cref="Dispose"/> or, where that was forgotten, by the finalizer. A packet pays nothing
/// for the latter: every call ends with the owner kept alive, which costs no instruction.
/// </summary>
internal sealed unsafe class EvpContexts : CriticalFinalizerObject, IDisposable
{
    private nint _seal;
    private nint _open;

    public EvpContexts(ReadOnlySpan<byte> key)
    {
        try
        {
            _seal = CreateContext(key, encrypt: 1);
            _open = CreateContext(key, encrypt: 0);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    ~EvpContexts() => Free();

    public nint Seal
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ObjectDisposedException.ThrowIf(_seal == 0, this);
            return _seal;
        }
    }

    public nint Open
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ObjectDisposedException.ThrowIf(_open == 0, this);
            return _open;
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static nint CreateContext(ReadOnlySpan<byte> key, int encrypt)
    {
        nint context = EvpNative.NewContext();
        if (context == 0)
        {
            throw new CryptographicException("OpenSSL has no room for a cipher.");
        }

        fixed (byte* bytes = key)
        {
            if (EvpNative.Init(context, EvpNative.Aes256Gcm(), 0, bytes, null, encrypt) != 1)
            {
                EvpNative.FreeContext(context);
                EvpNative.ClearErrors();
                throw new CryptographicException("OpenSSL refused a key for AES-256-GCM.");
            }
        }

        return context;
    }

    private void Free()
    {
        nint seal = Interlocked.Exchange(ref _seal, 0);
        nint open = Interlocked.Exchange(ref _open, 0);
        if (seal != 0)
        {
            EvpNative.FreeContext(seal);
        }

        if (open != 0)
        {
            EvpNative.FreeContext(open);
        }
    }
}
