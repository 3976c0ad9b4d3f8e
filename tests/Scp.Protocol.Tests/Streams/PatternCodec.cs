using System.Buffers.Binary;
using Scp.Protocol.Streams;

namespace Scp.Protocol.Tests.Streams;

/// <summary>
/// Stands in for LZ4: it compresses runs of <see cref="Pattern"/> to the place where they begin, and by its seed
/// sometimes says that a block does not fit or saves too little.
/// </summary>
internal sealed class PatternCodec(int seed) : IBlockCodec
{
    private const int MinBytes = 8;
    private readonly Random _random = new(seed);

    public int Compressed { get; private set; }

    public int Compress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.Length < MinBytes || destination.Length < MinBytes || _random.Next(8) == 0)
        {
            return 0;
        }

        for (int key = 0; key < Pattern.Period; key++)
        {
            if (Pattern.Matches(key, 0, source[..MinBytes]) && Pattern.Matches(key, 0, source))
            {
                BinaryPrimitives.WriteInt32LittleEndian(destination, key);
                BinaryPrimitives.WriteInt32LittleEndian(destination[4..], source.Length);
                Compressed++;
                return MinBytes + _random.Next(Math.Min(destination.Length, source.Length) - MinBytes + 1);
            }
        }

        return 0;
    }

    public bool TryDecompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (source.Length < MinBytes || BinaryPrimitives.ReadInt32LittleEndian(source[4..]) != destination.Length)
        {
            return false;
        }

        int key = BinaryPrimitives.ReadInt32LittleEndian(source);
        if (key is < 0 or >= Pattern.Period)
        {
            return false;
        }

        Pattern.Fill(key, 0, destination);
        return true;
    }
}
