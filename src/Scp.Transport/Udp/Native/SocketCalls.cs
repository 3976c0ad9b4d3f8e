using System.Runtime.InteropServices;

namespace Scp.Transport.Udp.Native;

/// <summary>The C library's batch calls, with the error number as the negative of the result, as the kernel itself gives it.</summary>
internal static unsafe partial class SocketCalls
{
    /// <summary>
    /// True where the layouts here hold and the kernel has both calls. A sandbox may lack them or forbid them; asked for
    /// no message at all they do nothing but say so.
    /// </summary>
    public static bool Work(int socket)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            return false;
        }

        try
        {
            MessageHeader none = default;
            return Send(socket, &none, 0) == 0 && Receive(socket, &none, 0) == 0;
        }
        catch (TypeLoadException)
        {
            // The C library has no such entry, or there is none by this name.
            return false;
        }
    }

    /// <summary>Messages sent, at least one; or the negative error number of the first.</summary>
    public static int Send(int socket, MessageHeader* messages, int count)
    {
        int sent = SendMessages(socket, messages, (uint)count, SocketConstants.DontWait | SocketConstants.NoSignal);
        return sent < 0 ? -Marshal.GetLastPInvokeError() : sent;
    }

    /// <summary>Messages received; or a negative error number.</summary>
    public static int Receive(int socket, MessageHeader* messages, int count)
    {
        int received = ReceiveMessages(socket, messages, (uint)count, SocketConstants.DontWait, null);
        return received < 0 ? -Marshal.GetLastPInvokeError() : received;
    }

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    private static partial int SendMessages(int socket, MessageHeader* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    private static partial int ReceiveMessages(int socket, MessageHeader* messages, uint count, int flags, void* timeout);
}
