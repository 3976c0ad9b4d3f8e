using Scp.Protocol.Session;

namespace Scp.Protocol.Tests.Session;

/// <summary>Random bytes that are the same in every run.</summary>
internal sealed class SeededEntropy(int seed) : IEntropySource
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> destination) => _random.NextBytes(destination);
}
