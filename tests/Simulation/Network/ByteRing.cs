namespace Simulation.Network;

/// <summary>Bytes in order, in at one end and out at the other; it grows as needed and keeps its memory.</summary>
internal sealed class ByteRing
{
    private byte[] _bytes = new byte[4096];
    private int _head;

    public int Count { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Reserve(Count + bytes.Length);
        int tail = (_head + Count) & (_bytes.Length - 1);
        int first = Math.Min(bytes.Length, _bytes.Length - tail);
        bytes[..first].CopyTo(_bytes.AsSpan(tail));
        bytes[first..].CopyTo(_bytes);
        Count += bytes.Length;
    }

    /// <summary>The next bytes that lie in one piece, at most so many.</summary>
    public ReadOnlySpan<byte> Peek(int maxBytes) => _bytes.AsSpan(_head, Math.Min(Math.Min(maxBytes, Count), _bytes.Length - _head));

    public void Skip(int count)
    {
        _head = (_head + count) & (_bytes.Length - 1);
        Count -= count;
    }

    public void Clear() => Skip(Count);

    private void Reserve(int needed)
    {
        if (needed <= _bytes.Length)
        {
            return;
        }

        var larger = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed)];
        int count = Count;
        for (int copied = 0; copied < count;)
        {
            ReadOnlySpan<byte> piece = Peek(count - copied);
            piece.CopyTo(larger.AsSpan(copied));
            copied += piece.Length;
            Skip(piece.Length);
        }

        _bytes = larger;
        _head = 0;
        Count = count;
    }
}
