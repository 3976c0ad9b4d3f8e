using System.Net.Sockets;

namespace Wan.Control;

/// <summary>Lines over a stream socket, each of bounded length.</summary>
internal static class ControlLine
{
    /// <summary>A report on eight nodes with full histograms takes a tenth of it.</summary>
    public const int MaxBytes = 1 << 20;

    private const int FirstBufferBytes = 4_096;
    private const byte End = (byte)'\n';

    /// <summary>The next line without its end; nothing when the peer closed before it, or when the line is too long.</summary>
    public static byte[]? Read(Socket socket)
    {
        byte[] buffer = new byte[FirstBufferBytes];
        int filled = 0;
        while (true)
        {
            int read = socket.Receive(buffer.AsSpan(filled));
            if (read == 0)
            {
                return null;
            }

            int end = buffer.AsSpan(filled, read).IndexOf(End);
            if (end >= 0)
            {
                return buffer[..(filled + end)];
            }

            filled += read;
            if (filled == MaxBytes)
            {
                return null;
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }
    }

    public static void Write(Socket socket, byte[] line)
    {
        byte[] ended = [.. line, End];
        for (int sent = 0; sent < ended.Length;)
        {
            sent += socket.Send(ended.AsSpan(sent));
        }
    }
}
