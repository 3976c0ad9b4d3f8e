using System.Buffers;

namespace Scp.Serialization.Oracle;

/// <summary>The same bytes as a sequence of segments, cut anywhere, some of them empty.</summary>
public static class Segments
{
    public static ReadOnlySequence<byte> Cut(byte[] bytes, Random random)
    {
        List<int> cuts = [0, bytes.Length];
        int count = random.Next(0, Math.Min(bytes.Length, 12) + 2);
        for (int i = 0; i < count; i++)
        {
            cuts.Add(random.Next(bytes.Length + 1));
        }

        cuts.Sort();
        return Chain(bytes, cuts);
    }

    /// <summary>One byte a segment: every item straddles.</summary>
    public static ReadOnlySequence<byte> CutEverywhere(byte[] bytes) => Chain(bytes, [.. Enumerable.Range(0, bytes.Length + 1)]);

    private static ReadOnlySequence<byte> Chain(byte[] bytes, List<int> cuts)
    {
        Segment first = new(bytes.AsMemory(0, cuts.Count > 1 ? cuts[1] : 0), null);
        Segment last = first;
        for (int i = 1; i + 1 < cuts.Count; i++)
        {
            last = new Segment(bytes.AsMemory(cuts[i]..cuts[i + 1]), last);
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is not null)
            {
                RunningIndex = previous.RunningIndex + previous.Memory.Length;
                previous.Next = this;
            }
        }
    }
}
