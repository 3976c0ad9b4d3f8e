using System.Buffers.Binary;

namespace Consensus.Log;

/// <summary>Goes through the entries of a record, one after another.</summary>
internal ref struct EntryWalk
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _firstIndex;
    private int _next;
    private int _seen;

    public EntryWalk(ReadOnlySpan<byte> bytes, long firstIndex)
    {
        _bytes = bytes;
        _firstIndex = firstIndex;
    }

    public readonly long Index => _firstIndex + _seen - 1;

    public EntryKind Kind { get; private set; }

    /// <summary>Where the current entry begins, its kind and length included.</summary>
    public int Start { get; private set; }

    public readonly int DataStart => Start + LogRecord.EntryOverhead;

    public int DataLength { get; private set; }

    public readonly int End => _next;

    public readonly bool IsAtEnd => _next == _bytes.Length;

    public bool MoveNext()
    {
        if (_bytes.Length - _next < LogRecord.EntryOverhead)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(_bytes[(_next + 1)..]);
        if (length < 0 || length > _bytes.Length - _next - LogRecord.EntryOverhead)
        {
            return false;
        }

        Kind = (EntryKind)_bytes[_next];
        Start = _next;
        DataLength = length;
        _next += LogRecord.EntryOverhead + length;
        _seen++;
        return true;
    }
}
