using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Scp.Protocol.Session;
using Scp.Transport.Udp.Native;

namespace Scp.Transport.Udp;

/// <summary>
/// <see cref="PathId"/>s as the addresses of system calls, without an object in between. The family is in the machine's
/// byte order, port and address in the network's:
/// <code>
/// sockaddr_in    family u16, port u16, address u32, 8 bytes unused
/// sockaddr_in6   family u16, port u16, flow u32, address 16 bytes, scope u32 (the machine's order)
/// </code>
/// </summary>
internal static class SocketAddressBytes
{
    public const int IPv4Bytes = 16;
    public const int IPv6Bytes = 28;

    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    /// <summary>Writes a path for a socket of IPv4; false when its address is none of IPv4.</summary>
    public static bool TryWriteIPv4(PathId path, Span<byte> destination)
    {
        if (path.High != 0 || (path.Low & 0xFFFF_FFFF_0000_0000) != MappedPrefix)
        {
            return false;
        }

        destination = destination[..IPv4Bytes];
        WriteFamilyAndPort(destination, SocketConstants.FamilyIPv4, path);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], (uint)path.Low);
        destination[8..].Clear();
        return true;
    }

    /// <summary>Writes a path for a socket of IPv6. One of both families sends to an IPv4 address by its mapped form.</summary>
    public static void WriteIPv6(PathId path, Span<byte> destination)
    {
        destination = destination[..IPv6Bytes];
        WriteFamilyAndPort(destination, SocketConstants.FamilyIPv6, path);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], 0);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], path.High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], path.Low);
        uint scope = (uint)(path.Port >> 32);
        MemoryMarshal.Write(destination[24..], in scope);
    }

    /// <summary>The sender as the kernel wrote it; none when it wrote no address of either family.</summary>
    public static PathId Read(ReadOnlySpan<byte> address)
    {
        if (address.Length < IPv4Bytes)
        {
            return default;
        }

        ulong port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        switch (MemoryMarshal.Read<ushort>(address))
        {
            case SocketConstants.FamilyIPv4:
                return new PathId(port, 0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(address[4..]));
            case SocketConstants.FamilyIPv6 when address.Length >= IPv6Bytes:
                ulong high = BinaryPrimitives.ReadUInt64BigEndian(address[8..]);
                ulong scope = IsLinkLocal(high) ? (ulong)MemoryMarshal.Read<uint>(address[24..]) << 32 : 0;
                return new PathId(scope | port, high, BinaryPrimitives.ReadUInt64BigEndian(address[16..]));
            default:
                return default;
        }
    }

    /// <summary>fe80::/10, the only addresses whose scope is part of who the peer is.</summary>
    private static bool IsLinkLocal(ulong high) => high >> 54 == 0xFE80 >> 6;

    private static void WriteFamilyAndPort(Span<byte> destination, ushort family, PathId path)
    {
        MemoryMarshal.Write(destination, in family);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)path.Port);
    }
}
