using System.Text.Unicode;

namespace Scp.Protocol.Wire;

/// <summary>
/// The session ends.
/// <code>
/// type u8        0x0E
/// code varint    an error code
/// reason         varint length, at most ScpLimits.MaxReasonBytes, and UTF-8: for people, never for programs
/// </code>
/// </summary>
internal static class CloseFrame
{
    public static void Write(ref WireWriter writer, ErrorCode code, string reason)
    {
        Span<byte> utf8 = stackalloc byte[ScpLimits.MaxReasonBytes];
        writer.WriteByte((byte)FrameType.Close);
        writer.WriteVarInt((ushort)code);
        writer.WriteLengthPrefixed(utf8[..EncodeReason(reason, utf8)]);
    }

    /// <summary>As much of the reason as fits, cut between characters; returns its bytes.</summary>
    public static int EncodeReason(string reason, Span<byte> destination)
    {
        _ = Utf8.FromUtf16(reason, destination, out _, out int written);
        return written;
    }

    /// <summary>Reads what follows the type byte.</summary>
    public static bool TryRead(ref WireReader reader, out ErrorCode code)
    {
        ulong value = reader.ReadVarInt();
        ReadOnlySpan<byte> reason = reader.ReadLengthPrefixed();
        code = (ErrorCode)Math.Min(value, ushort.MaxValue);
        return !reader.Failed && value <= ushort.MaxValue && reason.Length <= ScpLimits.MaxReasonBytes;
    }
}
