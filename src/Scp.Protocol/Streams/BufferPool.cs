using System.Runtime.CompilerServices;

namespace Scp.Protocol.Streams;

/// <summary>
/// Blocks of 64 KiB for the buffers of one session's streams. Not thread-safe: it belongs to its table. It is bounded by
/// what the windows allow to be rented; of what comes back it keeps <see cref="StreamLimits.MaxIdleBlocks"/>.
/// </summary>
internal sealed class BufferPool
{
    public const int BlockShift = 16;
    public const int BlockBytes = 1 << BlockShift;

    private readonly byte[][] _idle = new byte[StreamLimits.MaxIdleBlocks][];
    private int _idleBlocks;

    /// <summary>Blocks out now.</summary>
    public int RentedBlocks { get; private set; }

    /// <summary>The most blocks that were ever out at once.</summary>
    public int PeakBlocks { get; private set; }

    public byte[] Rent()
    {
        RentedBlocks++;
        PeakBlocks = Math.Max(PeakBlocks, RentedBlocks);
        if (_idleBlocks == 0)
        {
            // Pinned, so that the collector neither moves nor promotes what lives as long as its session.
            return GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);
        }

        byte[] block = _idle[--_idleBlocks];
        _idle[_idleBlocks] = null!;
        return block;
    }

    public void Return(byte[] block)
    {
        if (block.Length != BlockBytes || RentedBlocks == 0)
        {
            ThrowNotRented();
        }

        RentedBlocks--;
        if (_idleBlocks < _idle.Length)
        {
            _idle[_idleBlocks++] = block;
        }
    }

    /// <summary>Lets go of the idle blocks, when a session has nothing to do.</summary>
    public void Trim()
    {
        Array.Clear(_idle, 0, _idleBlocks);
        _idleBlocks = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowNotRented() => throw new InvalidOperationException("A block came back to a pool it was not rented from.");
}
