using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Scp.Serialization;

/// <summary>Whole messages to bytes and back: one item, and nothing after it.</summary>
public static class MessagePackSerializer
{
    /// <summary>Writes <paramref name="value"/> into <paramref name="destination"/>; false if it does not fit.</summary>
    public static bool TrySerialize<T>(in T value, Span<byte> destination, out int bytesWritten)
        where T : IMessagePackSerializable<T>
    {
        var writer = new MessagePackWriter(destination);
        value.Write(ref writer);
        bytesWritten = (int)writer.BytesWritten;
        return !writer.Overflowed;
    }

    /// <summary>Writes <paramref name="value"/> into <paramref name="output"/> and flushes.</summary>
    public static void Serialize<T>(in T value, IBufferWriter<byte> output)
        where T : IMessagePackSerializable<T>
    {
        var writer = new MessagePackWriter(output);
        value.Write(ref writer);
        writer.Flush();
    }

    /// <summary>Writes <paramref name="value"/> into an array of its own. For tools and tests; hot paths bring a buffer.</summary>
    public static byte[] Serialize<T>(in T value)
        where T : IMessagePackSerializable<T>
    {
        var output = new ArrayBufferWriter<byte>();
        Serialize(value, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a message that fills <paramref name="bytes"/> to the last one.</summary>
    public static bool TryDeserialize<T>(
        ReadOnlySpan<byte> bytes, [MaybeNullWhen(false)] out T value, out MessagePackError error, MessagePackLimits? limits = null)
        where T : IMessagePackSerializable<T>
    {
        var reader = new MessagePackReader(bytes, limits);
        bool read = TryReadWhole(ref reader, out value);
        error = reader.Error;
        return read;
    }

    /// <summary>Reads a message that fills <paramref name="bytes"/> to the last one.</summary>
    public static bool TryDeserialize<T>(
        in ReadOnlySequence<byte> bytes, [MaybeNullWhen(false)] out T value, out MessagePackError error, MessagePackLimits? limits = null)
        where T : IMessagePackSerializable<T>
    {
        var reader = new MessagePackReader(bytes, limits);
        bool read = TryReadWhole(ref reader, out value);
        error = reader.Error;
        return read;
    }

    private static bool TryReadWhole<T>(ref MessagePackReader reader, [MaybeNullWhen(false)] out T value)
        where T : IMessagePackSerializable<T>
    {
        if (T.TryRead(ref reader, out value) && (reader.Remaining == 0 || reader.Fail(MessagePackError.TrailingBytes)))
        {
            return true;
        }

        value = default;
        return false;
    }
}
