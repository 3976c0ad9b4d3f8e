using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Scp.Protocol.Session;

namespace Scp.Transport.Udp;

/// <summary>
/// How addresses become <see cref="PathId"/>s and back: always as IPv6, an IPv4 address in its mapped form, so that one
/// peer has one id whatever socket its datagrams came through. The port's word holds the scope in its upper half.
/// </summary>
internal static class PathAddress
{
    public static PathId ToPath(IPEndPoint endPoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        IPAddress address = endPoint.AddressFamily == AddressFamily.InterNetwork ? endPoint.Address.MapToIPv6() : endPoint.Address;
        _ = address.TryWriteBytes(bytes, out _);
        ulong scope = address.IsIPv6LinkLocal ? (ulong)address.ScopeId << 32 : 0;
        return new PathId(
            scope | (uint)endPoint.Port,
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
    }

    public static IPEndPoint ToEndPoint(PathId path)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, path.High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], path.Low);
        var address = new IPAddress(bytes, (long)(path.Port >> 32));
        return new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, (int)(path.Port & 0xFFFF));
    }
}
