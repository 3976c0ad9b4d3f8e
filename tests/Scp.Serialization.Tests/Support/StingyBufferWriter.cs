using System.Buffers;

namespace Scp.Serialization.Tests.Support;

/// <summary>Hands out exactly the room it is asked for, in a fresh window each time: every boundary gets its turn.</summary>
internal sealed class StingyBufferWriter : IBufferWriter<byte>
{
    private readonly List<byte> _written = [];
    private byte[] _window = [];

    public byte[] Written => [.. _written];

    public void Advance(int count)
    {
        _written.AddRange(_window.AsSpan(0, count));
        _window = [];
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _window = new byte[Math.Max(sizeHint, 1)];

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
