using System.Runtime.InteropServices;

namespace Scp.Transport.Crypto;

/// <summary>
/// The part of OpenSSL's EVP interface that AES-GCM needs.
/// <para>
/// A call marked <see cref="SuppressGCTransitionAttribute"/> holds up the garbage collector of the whole process for as
/// long as it runs. It is used under one rule: the call's work is bounded by a few blocks of AES (so it stays below a
/// microsecond even without AES instructions), and it takes no lock, allocates nothing, and can fail only by a bug here. Whatever touches a payload, and whatever may put an error into OpenSSL's queue, goes the ordinary way.
/// </para>
/// </summary>
internal static unsafe partial class EvpNative
{
    public const string Library = "libcrypto.so.3";

    /// <summary>EVP_CTRL_AEAD_GET_TAG.</summary>
    public const int GetTag = 0x10;

    /// <summary>EVP_CTRL_AEAD_SET_TAG.</summary>
    public const int SetTag = 0x11;

    /// <summary>OPENSSL_INIT_NO_ATEXIT.</summary>
    public const ulong InitNoAtExit = 0x00080000;

    [LibraryImport(Library, EntryPoint = "OPENSSL_init_crypto")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int InitCrypto(ulong options, nint settings);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint NewContext();

    /// <summary>Wipes the key on its way.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void FreeContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_aes_256_gcm")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial nint Aes256Gcm();

    /// <summary>Sets a cipher and its key, which expands the key.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Init(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypt);

    /// <summary>The same with neither cipher nor key: begins a packet under the next nonce.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_CipherInit_ex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    public static partial int InitNonce(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypt);

    /// <summary>Without an output, the input is associated data.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Update(nint context, byte* output, int* outputBytes, byte* input, int inputBytes);

    /// <summary>The same for associated data of two blocks or less.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_CipherUpdate")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    public static partial int UpdateShort(nint context, byte* output, int* outputBytes, byte* input, int inputBytes);

    /// <summary>Ends sealing: the tag can be had.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_CipherFinal_ex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    public static partial int FinishSeal(nint context, byte* output, int* outputBytes);

    /// <summary>Ends opening: 0 for a forgery, of which OpenSSL makes an error that it allocates.</summary>
    [LibraryImport(Library, EntryPoint = "EVP_CipherFinal_ex")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int FinishOpen(nint context, byte* output, int* outputBytes);

    [LibraryImport(Library, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [SuppressGCTransition]
    public static partial int Control(nint context, int command, int bytes, byte* value);

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial void ClearErrors();
}
