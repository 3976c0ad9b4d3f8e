using System.Buffers.Binary;

namespace Scp.Protocol.Messages;

/// <summary>A W3C trace context in its binary form: trace id, parent span id, flags.</summary>
public readonly record struct TraceContext(ulong TraceIdHigh, ulong TraceIdLow, ulong SpanId, byte Flags)
{
    public const int Size = 25;

    public void Format(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, TraceIdHigh);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], TraceIdLow);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], SpanId);
        destination[24] = Flags;
    }

    /// <summary>Reads <see cref="Size"/> bytes; the caller has checked that they are there.</summary>
    public static TraceContext Parse(ReadOnlySpan<byte> source) => new(
        BinaryPrimitives.ReadUInt64BigEndian(source),
        BinaryPrimitives.ReadUInt64BigEndian(source[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(source[16..]),
        source[24]);
}
