using Scp.Protocol.Streams;

namespace Scp.Protocol.Tests.Session;

/// <summary>Stands in for LZ4: bytes that are all the same become one, and nothing else is any shorter.</summary>
internal sealed class RunCodec : IBlockCodec
{
    /// <summary>Chunks that became shorter.</summary>
    public int Compressed { get; private set; }

    /// <summary>Chunks that did not.</summary>
    public int Refused { get; private set; }

    public int Decompressed { get; private set; }

    public int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.IsEmpty || destination.IsEmpty || source.ContainsAnyExcept(source[0]))
        {
            Refused++;
            return 0;
        }

        destination[0] = source[0];
        Compressed++;
        return 1;
    }

    public bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.Length != 1)
        {
            return false;
        }

        destination.Fill(source[0]);
        Decompressed++;
        return true;
    }
}
