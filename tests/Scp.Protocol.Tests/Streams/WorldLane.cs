namespace Scp.Protocol.Tests.Streams;

/// <summary>
/// A bulk lane between the two sides of a <see cref="StreamWorld"/>: two ordered pipes that may be cut at any byte. The
/// sides notice the cut independently; until then one may read on what was under way and the other write into nothing.
/// </summary>
internal sealed class WorldLane
{
    private readonly List<byte>[] _pipes = [[], []];
    private readonly bool[] _noticed = [true, true];

    public bool IsUp { get; private set; }

    public bool CanComeUp => !IsUp && _noticed[0] && _noticed[1];

    public bool IsUsedBy(int side) => !_noticed[side];

    public void ComeUp()
    {
        IsUp = true;
        _noticed[0] = _noticed[1] = false;
    }

    public void Cut(Random random)
    {
        IsUp = false;
        foreach (List<byte> pipe in _pipes)
        {
            int arrives = random.Next(pipe.Count + 1);
            pipe.RemoveRange(arrives, pipe.Count - arrives);
        }
    }

    public void Notice(int side)
    {
        _noticed[side] = true;
        _pipes[1 - side].Clear();
    }

    public void Send(int side, ReadOnlySpan<byte> bytes)
    {
        if (IsUp)
        {
            _pipes[side].AddRange(bytes);
        }
    }

    /// <summary>Takes bytes on their way to a side.</summary>
    public byte[] Take(int side, int maxBytes)
    {
        List<byte> pipe = _pipes[1 - side];
        int count = Math.Min(maxBytes, pipe.Count);
        byte[] bytes = new byte[count];
        pipe.CopyTo(0, bytes, 0, count);
        pipe.RemoveRange(0, count);
        return bytes;
    }
}
