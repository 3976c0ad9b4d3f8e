using System.Runtime.CompilerServices;

namespace Scp.Transport.Udp.Native;

/// <summary>
/// The one control message that each direction uses, in the kernel's layout for 64 bits: length u64 (header included),
/// level i32, type i32, then the data, padded to eight bytes.
/// </summary>
internal static unsafe class ControlMessage
{
    /// <summary>CMSG_SPACE of a segment size, of either direction.</summary>
    public const int SpaceBytes = HeaderBytes + sizeof(ulong);

    private const int HeaderBytes = 16;

    /// <summary>UDP_SEGMENT to send: the kernel takes its size as u16.</summary>
    public static void WriteSegment(byte* control, int segmentBytes)
    {
        WriteHeader(control, HeaderBytes + sizeof(ushort), SocketConstants.UdpSegment);
        Unsafe.WriteUnaligned(control + HeaderBytes, (ushort)segmentBytes);
    }

    /// <summary>The size in the UDP_GRO message, which the kernel gives as i32; zero when there is none, so that all is one datagram.</summary>
    public static int ReadSegment(byte* control, nuint length)
    {
        nuint offset = 0;
        while (length - offset >= HeaderBytes)
        {
            byte* message = control + offset;
            nuint size = Unsafe.ReadUnaligned<nuint>(message);
            if (size < HeaderBytes || size > length - offset)
            {
                return 0;
            }

            if (size >= HeaderBytes + sizeof(int)
                && Unsafe.ReadUnaligned<int>(message + 8) == SocketConstants.UdpLevel
                && Unsafe.ReadUnaligned<int>(message + 12) == SocketConstants.UdpGro)
            {
                return Math.Max(0, Unsafe.ReadUnaligned<int>(message + HeaderBytes));
            }

            offset = Math.Min(length, offset + ((size + 7) & ~(nuint)7));
        }

        return 0;
    }

    private static void WriteHeader(byte* control, int length, int type)
    {
        Unsafe.WriteUnaligned(control, (nuint)length);
        Unsafe.WriteUnaligned(control + 8, SocketConstants.UdpLevel);
        Unsafe.WriteUnaligned(control + 12, type);
    }
}
