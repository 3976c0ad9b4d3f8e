namespace Scp.Protocol.Streams;

/// <summary>
/// Compression of single chunks in the LZ4 block format, given from outside since the core has none of its own.
/// Neither method throws, whatever the bytes are, and neither remembers anything: one codec serves every session whose
/// endpoint was given it, on whatever thread each of them lives.
/// </summary>
public interface IBlockCodec
{
    /// <summary>The bytes written, or 0 when the result does not fit.</summary>
    int Compress(ReadOnlySpan<byte> source, Span<byte> destination);

    /// <summary>True when the source is a block that fills the destination exactly.</summary>
    bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination);
}
