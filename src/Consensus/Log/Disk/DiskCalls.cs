using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Consensus.Log;

/// <summary>What the class library does not offer: to reserve blocks, to sync data alone, and to sync a directory.</summary>
internal static partial class DiskCalls
{
    public const int Interrupted = 4;
    public const int NoSpace = 28;
    public const int OverQuota = 122;

    /// <summary>O_RDONLY, O_DIRECTORY and O_CLOEXEC.</summary>
    public const int OpenDirectoryFlags = 0x90000;

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int SyncData(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenDirectory(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int SyncAll(SafeFileHandle directory);
}
