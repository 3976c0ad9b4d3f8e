using System.Runtime.CompilerServices;

namespace Scp.Protocol.Streams;

/// <summary>
/// The bytes of a stream between two offsets that both only grow, in pooled blocks aligned to multiples of their size.
/// Blocks may be missing in between; which bytes are there is for the owner to know. Nothing below the offset last given
/// to <see cref="Release"/> may be touched, which bounds the ring by the owner's window.
/// </summary>
internal sealed class BlockWindow
{
    private const int OffsetMask = BufferPool.BlockBytes - 1;

    private readonly BufferPool _pool;
    private byte[]?[] _ring = [];
    private long _first;
    private int _held;

    public BlockWindow(BufferPool pool) => _pool = pool;

    public int HeldBlocks => _held;

    public void CopyIn(long offset, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            int within = (int)offset & OffsetMask;
            int count = Math.Min(BufferPool.BlockBytes - within, data.Length);
            data[..count].CopyTo(Writable(offset >> BufferPool.BlockShift).AsSpan(within));
            data = data[count..];
            offset += count;
        }
    }

    public void CopyOut(long offset, Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            ReadOnlySpan<byte> part = Peek(offset, destination.Length);
            part.CopyTo(destination);
            destination = destination[part.Length..];
            offset += part.Length;
        }
    }

    /// <summary>At most <paramref name="maxBytes"/> bytes from <paramref name="offset"/> on, as far as they lie together.</summary>
    public ReadOnlySpan<byte> Peek(long offset, long maxBytes)
    {
        if (maxBytes <= 0)
        {
            return default;
        }

        int within = (int)offset & OffsetMask;
        int count = (int)Math.Min(BufferPool.BlockBytes - within, maxBytes);
        return Held(offset >> BufferPool.BlockShift).AsSpan(within, count);
    }

    /// <summary>Gives back every block that lies wholly below <paramref name="offset"/>.</summary>
    public void Release(long offset)
    {
        long first = offset >> BufferPool.BlockShift;
        for (long number = _first; number < first && _held > 0; number++)
        {
            ReturnBlock(number);
        }

        _first = Math.Max(_first, first);
    }

    /// <summary>Gives back everything; offsets from the last release on may be written again.</summary>
    public void ReleaseAll()
    {
        for (long number = _first; _held > 0; number++)
        {
            ReturnBlock(number);
        }
    }

    private void ReturnBlock(long number)
    {
        ref byte[]? slot = ref _ring[number & (_ring.Length - 1)];
        if (slot is not null)
        {
            _pool.Return(slot);
            slot = null;
            _held--;
        }
    }

    private byte[] Held(long number)
    {
        byte[]? block = number >= _first && number - _first < _ring.Length ? _ring[number & (_ring.Length - 1)] : null;
        return block ?? ThrowNotHeld();
    }

    private byte[] Writable(long number)
    {
        long span = number - _first + 1;
        if (span <= 0)
        {
            ThrowNotHeld();
        }

        if (span > _ring.Length)
        {
            Grow(span);
        }

        ref byte[]? slot = ref _ring[number & (_ring.Length - 1)];
        if (slot is null)
        {
            slot = _pool.Rent();
            _held++;
        }

        return slot;
    }

    private void Grow(long span)
    {
        int size = Math.Max(_ring.Length, 2);
        while (size < span)
        {
            size = checked(size * 2);
        }

        byte[]?[] ring = new byte[]?[size];
        for (long number = _first; number < _first + _ring.Length; number++)
        {
            ring[number & (size - 1)] = _ring[number & (_ring.Length - 1)];
        }

        _ring = ring;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte[] ThrowNotHeld() => throw new InvalidOperationException("A stream touched bytes outside its window.");
}
