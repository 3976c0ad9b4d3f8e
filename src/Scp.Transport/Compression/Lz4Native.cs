using System.Runtime.InteropServices;

namespace Scp.Transport.Compression;

/// <summary>The two functions of liblz4 that are needed; both keep their state on the stack and know no locale, lock or file.</summary>
internal static unsafe partial class Lz4Native
{
    public const string Library = "liblz4.so.1";

    [LibraryImport(Library, EntryPoint = "LZ4_versionNumber")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int VersionNumber();

    /// <summary>Bytes written, or 0 when the block does not fit.</summary>
    [LibraryImport(Library, EntryPoint = "LZ4_compress_default")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Compress(byte* source, byte* destination, int sourceBytes, int destinationBytes);

    /// <summary>Bytes written, or a negative number for anything that is not a block which fits; never writes beyond.</summary>
    [LibraryImport(Library, EntryPoint = "LZ4_decompress_safe")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Decompress(byte* source, byte* destination, int sourceBytes, int destinationBytes);
}
