using System.Runtime.InteropServices;
using System.Text;

namespace Wan.Network;

/// <summary>
/// The kernel's ifreq: sixteen bytes of name, then a union of up to twenty-four bytes. Only ever handed to ioctl, so its fields
/// lie where and how the machine has them.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 40)]
internal unsafe struct InterfaceRequest
{
    public const int NameBytes = 16;

    [FieldOffset(0)]
    private fixed byte _name[NameBytes];

    [FieldOffset(16)]
    public short Flags;

    [FieldOffset(16)]
    public int Value;

    /// <summary>The family of the sockaddr_in in the union; its address follows after the port.</summary>
    [FieldOffset(16)]
    public ushort AddressFamily;

    [FieldOffset(20)]
    private fixed byte _addressV4[4];

    public InterfaceRequest(string name)
    {
        ReadOnlySpan<byte> bytes = Encoding.ASCII.GetBytes(name);
        fixed (byte* into = _name)
        {
            bytes.CopyTo(new Span<byte>(into, NameBytes - 1));
        }
    }

    public void SetAddressV4(ReadOnlySpan<byte> address)
    {
        AddressFamily = Libc.FamilyV4;
        fixed (byte* into = _addressV4)
        {
            address.CopyTo(new Span<byte>(into, 4));
        }
    }
}
