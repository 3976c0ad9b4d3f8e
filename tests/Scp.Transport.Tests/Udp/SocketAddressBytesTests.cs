using System.Net;
using System.Net.Sockets;
using FsCheck;
using Scp.Protocol.Session;
using Scp.Transport.Udp;

namespace Scp.Transport.Tests.Udp;

/// <summary>Against what the runtime makes of the same addresses.</summary>
public sealed class SocketAddressBytesTests
{
    [Property(MaxTest = 300)]
    public void An_address_of_either_family_is_what_the_runtime_makes_of_it(ushort port, int seed, byte kind)
    {
        var endPoint = new IPEndPoint(AddressOf(new Random(seed), kind), port);
        PathId path = PathAddress.ToPath(endPoint);
        SocketAddress expected = endPoint.Serialize();
        byte[] written = new byte[expected.Size];
        if (endPoint.AddressFamily == AddressFamily.InterNetwork)
        {
            Assert.That(SocketAddressBytes.TryWriteIPv4(path, written), Is.True);
        }
        else
        {
            SocketAddressBytes.WriteIPv6(path, written);
        }

        Assert.That(written, Is.EqualTo(expected.Buffer[..expected.Size].ToArray()));
        Assert.That(SocketAddressBytes.Read(written), Is.EqualTo(path));
    }

    [Property(MaxTest = 100)]
    public void A_mapped_address_comes_back_as_the_same_path(ushort port, uint address)
    {
        PathId path = PathAddress.ToPath(new IPEndPoint(address, port));
        Span<byte> written = stackalloc byte[SocketAddressBytes.IPv6Bytes];
        SocketAddressBytes.WriteIPv6(path, written);
        Assert.That(SocketAddressBytes.Read(written), Is.EqualTo(path));
    }

    [TestCase("[::1]:5")]
    [TestCase("[::7f00:1]:5")]
    [TestCase("[2001:db8::ffff:7f00:1]:5")]
    public void A_socket_of_ipv4_takes_no_other_address(string text) =>
        Assert.That(SocketAddressBytes.TryWriteIPv4(PathAddress.ToPath(IPEndPoint.Parse(text)), new byte[SocketAddressBytes.IPv4Bytes]), Is.False);

    [TestCase(0)]
    [TestCase(2)]
    [TestCase(15)]
    [TestCase(27)]
    [TestCase(28)]
    public void Anything_else_is_no_path(int length)
    {
        byte[] bytes = new byte[length];
        Assert.That(SocketAddressBytes.Read(bytes).IsNone);
        if (length is > 0 and < SocketAddressBytes.IPv6Bytes)
        {
            bytes[0] = 10;
            Assert.That(SocketAddressBytes.Read(bytes).IsNone);
        }
    }

    private static IPAddress AddressOf(Random random, byte kind)
    {
        byte[] bytes = new byte[kind % 3 == 0 ? 4 : 16];
        random.NextBytes(bytes);
        if (kind % 3 != 2)
        {
            return new IPAddress(bytes);
        }

        (bytes[0], bytes[1]) = (0xFE, (byte)(0x80 | (bytes[1] & 0x3F)));
        return new IPAddress(bytes, random.Next());
    }
}
