using System.Runtime.InteropServices;

namespace Scp.Transport.Engine.Native;

/// <summary>The C library's calls to wait for handles, and to make one that another thread can ready.</summary>
internal static unsafe partial class EventCalls
{
    /// <summary>EFD_CLOEXEC and EFD_NONBLOCK.</summary>
    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;

    /// <summary>PR_SET_TIMERSLACK, of the calling thread, in nanoseconds.</summary>
    public const int SetTimerSlack = 29;

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static partial int CreateEvent(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    public static partial int Poll(PollHandle* handles, nuint count, TimeSpec* timeout, void* signals);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int handle, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int handle, void* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "prctl")]
    public static partial int ProcessControl(int option, nuint value, nuint unused3, nuint unused4, nuint unused5);
}
