using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Wan.Network;

/// <summary>The error numbers that this program tells apart, and the words for the others.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int AccessDenied = 13;
    public const int NoSuchProcess = 3;
    public const int Exists = 17;

    public static int Last => Marshal.GetLastPInvokeError();

    /// <summary>"cannot do this: Operation not permitted".</summary>
    public static IOException Failure(string whatFailed)
    {
        int error = Last;
        return new IOException($"{whatFailed}: {Marshal.GetPInvokeErrorMessage(error)}", new Win32Exception(error));
    }
}
