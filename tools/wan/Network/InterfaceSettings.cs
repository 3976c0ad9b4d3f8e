using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Wan.Network;

/// <summary>
/// Sets up interfaces of the calling thread's namespace by ioctl, so that a bare machine needs no iproute2. Made, used and
/// disposed on one thread.
/// </summary>
internal sealed unsafe class InterfaceSettings : IDisposable
{
    private const nuint GetFlags = 0x8913;
    private const nuint SetFlags = 0x8914;
    private const nuint SetAddress = 0x8916;
    private const nuint SetNetmask = 0x891c;
    private const nuint SetMtu = 0x8922;
    private const nuint GetIndex = 0x8933;
    private const nuint SetTransmitQueue = 0x8943;

    private const short Up = 1;

    private readonly int _socket = OpenSocket(Libc.FamilyV4);

    public void BringUp(string name)
    {
        var request = new InterfaceRequest(name);
        Call(_socket, GetFlags, ref request, $"cannot read the flags of {name}");
        request.Flags |= Up;
        Call(_socket, SetFlags, ref request, $"cannot bring {name} up");
    }

    public void Mtu(string name, int bytes)
    {
        var request = new InterfaceRequest(name) { Value = bytes };
        Call(_socket, SetMtu, ref request, $"cannot set the MTU of {name} to {bytes}");
    }

    public void TransmitQueue(string name, int packets)
    {
        var request = new InterfaceRequest(name) { Value = packets };
        Call(_socket, SetTransmitQueue, ref request, $"cannot set the transmit queue of {name} to {packets} packets");
    }

    public void AddressV4(string name, IPAddress address, int prefixBits)
    {
        var request = new InterfaceRequest(name);
        request.SetAddressV4(address.GetAddressBytes());
        Call(_socket, SetAddress, ref request, $"cannot give {name} the address {address}");

        byte[] mask = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(mask, uint.MaxValue << (32 - prefixBits));
        request.SetAddressV4(mask);
        Call(_socket, SetNetmask, ref request, $"cannot set the netmask of {name}");
    }

    public void AddressV6(string name, IPAddress address, int prefixBits)
    {
        var byName = new InterfaceRequest(name);
        Call(_socket, GetIndex, ref byName, $"cannot find {name}");

        var request = new AddressRequestV6 { PrefixBits = (uint)prefixBits, Index = byName.Value };
        address.GetAddressBytes().CopyTo(new Span<byte>(request.Address, 16));
        int socket = OpenSocket(Libc.FamilyV6);
        try
        {
            Call(socket, SetAddress, ref request, $"cannot give {name} the address {address}");
        }
        finally
        {
            _ = Libc.Close(socket);
        }
    }

    public void Dispose() => _ = Libc.Close(_socket);

    private static int OpenSocket(int family)
    {
        int socket = Libc.Socket(family, Libc.SocketDatagram | Libc.SocketCloseOnExec, 0);
        return socket >= 0 ? socket : throw Errno.Failure("cannot open a socket to set up interfaces with");
    }

    private static void Call<T>(int socket, nuint operation, ref T request, string whatFailed)
        where T : unmanaged
    {
        fixed (T* argument = &request)
        {
            if (Libc.Control(socket, operation, argument) != 0)
            {
                throw Errno.Failure(whatFailed);
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct AddressRequestV6
    {
        public fixed byte Address[16];
        public uint PrefixBits;
        public int Index;
    }
}
