using System.Buffers.Binary;
using Scp.PathModel;
using Scp.Protocol.Session;

namespace Simulation.Protocol.Nodes;

/// <summary>Random bytes that a seed repeats.</summary>
internal sealed class SimEntropy(PathRandom random) : IEntropySource
{
    private PathRandom _random = random;

    public void Fill(Span<byte> destination)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!destination.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, _random.NextUInt64());
            int count = Math.Min(word.Length, destination.Length);
            word[..count].CopyTo(destination);
            destination = destination[count..];
        }
    }
}
