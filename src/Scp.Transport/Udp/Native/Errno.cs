namespace Scp.Transport.Udp.Native;

/// <summary>Error numbers of Linux, the same on x86-64 and arm64.</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int BadHandle = 9;
    public const int Again = 11;
    public const int NoMemory = 12;
    public const int Fault = 14;
    public const int Invalid = 22;
    public const int NotSocket = 88;
    public const int MessageSize = 90;
    public const int NoBuffers = 105;
    public const int ConnectionRefused = 111;
    public const int HostUnreachable = 113;
}
