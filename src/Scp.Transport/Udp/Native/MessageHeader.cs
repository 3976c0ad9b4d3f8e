using System.Runtime.InteropServices;

namespace Scp.Transport.Udp.Native;

/// <summary>
/// struct msghdr within struct mmsghdr, as the kernel of a 64-bit Linux has them: 56 bytes, then the length that a batch
/// call fills in, padded to 64.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct MessageHeader
{
    [FieldOffset(0)]
    public byte* Name;

    [FieldOffset(8)]
    public uint NameLength;

    [FieldOffset(16)]
    public IoVector* Vectors;

    [FieldOffset(24)]
    public nuint VectorCount;

    [FieldOffset(32)]
    public byte* Control;

    [FieldOffset(40)]
    public nuint ControlLength;

    [FieldOffset(48)]
    public int Flags;

    [FieldOffset(56)]
    public uint Length;
}
