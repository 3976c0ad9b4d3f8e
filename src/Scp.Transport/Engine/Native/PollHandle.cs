using System.Runtime.InteropServices;

namespace Scp.Transport.Engine.Native;

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollHandle
{
    /// <summary>POLLIN.</summary>
    public const short Input = 1;

    /// <summary>POLLNVAL.</summary>
    public const short Invalid = 0x20;

    public int Handle;
    public short Wanted;
    public short Ready;
}
