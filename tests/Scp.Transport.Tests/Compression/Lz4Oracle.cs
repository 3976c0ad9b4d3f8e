namespace Scp.Transport.Tests.Compression;

/// <summary>Reads well-formed LZ4 blocks a byte at a time; what is not well-formed throws.</summary>
internal static class Lz4Oracle
{
    private const int MinMatch = 4;

    public static byte[] Decode(ReadOnlySpan<byte> block)
    {
        List<byte> output = [];
        int at = 0;
        while (true)
        {
            int token = block[at++];
            int literals = Length(block, ref at, token >> 4);
            output.AddRange(block.Slice(at, literals));
            at += literals;
            if (at == block.Length)
            {
                return [.. output];
            }

            int distance = block[at] | (block[at + 1] << 8);
            at += 2;
            int match = MinMatch + Length(block, ref at, token & 15);
            for (int i = 0; i < match; i++)
            {
                output.Add(output[^distance]);
            }
        }
    }

    private static int Length(ReadOnlySpan<byte> block, ref int at, int length)
    {
        if (length < 15)
        {
            return length;
        }

        byte more;
        do
        {
            more = block[at++];
            length += more;
        }
        while (more == 255);
        return length;
    }
}
