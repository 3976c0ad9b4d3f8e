using System.Buffers;

namespace Scp.Protocol.Redundancy;

/// <summary>
/// The newest payloads received, by packet number: a ring of records, and a slab into which the bytes are written one
/// after the other, the oldest overwritten.
/// <para>
/// Which numbers were seen is always known for the last <see cref="ScpLimits.ParityWindowPackets"/>; the bytes are kept
/// only while <see cref="KeepsBytes"/> says so. The slab comes from the shared pool when the first payload is kept and
/// starts small: it doubles only when the live payloads fill more than half of it, so a session of small messages stays
/// at a few dozen kilobytes.
/// </para>
/// </summary>
internal sealed class PayloadWindow
{
    private const int Size = ScpLimits.ParityWindowPackets;
    private const int Mask = Size - 1;
    private const long Nowhere = -1;

    private Record[]? _records;
    private byte[]? _slab;
    private int _slabBytes;
    private long _writtenBytes;
    private ulong _newest;

    /// <summary>Whether payloads are copied, or only their numbers noted. Turning it off gives the slab back.</summary>
    public bool KeepsBytes
    {
        get;
        set
        {
            field = value;
            if (!value)
            {
                Release();
            }
        }
    } = true;

    /// <summary>Bytes rented now, for tests and metrics.</summary>
    public int HeldBytes => _slabBytes;

    /// <summary>Notes a packet; false when it was noted before or is too old.</summary>
    public bool Add(ulong packetNumber, ReadOnlySpan<byte> payload)
    {
        Record[] records = _records ??= new Record[Size];
        if (IsTooOld(packetNumber) || records[packetNumber & Mask].Is(packetNumber))
        {
            return false;
        }

        _newest = Math.Max(_newest, packetNumber);
        ref Record record = ref records[packetNumber & Mask];
        record = Record.Of(packetNumber, Nowhere, 0);
        if (KeepsBytes && payload.Length <= ScpLimits.MaxDatagramBytes)
        {
            long start = Reserve(payload.Length);
            payload.CopyTo(_slab.AsSpan((int)(start % _slabBytes)));
            record = Record.Of(packetNumber, start, payload.Length);
        }

        return true;
    }

    public PayloadState StateOf(ulong packetNumber, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (IsTooOld(packetNumber))
        {
            return PayloadState.Gone;
        }

        if (_records is null || !_records[packetNumber & Mask].Is(packetNumber))
        {
            return PayloadState.Missing;
        }

        Record record = _records[packetNumber & Mask];
        if (!IsInSlab(record))
        {
            return PayloadState.Gone;
        }

        payload = _slab.AsSpan((int)(record.Start % _slabBytes), record.Length);
        return PayloadState.Kept;
    }

    /// <summary>Gives the slab back to the pool. Every payload is gone, every number is still known.</summary>
    public void Release()
    {
        if (_slab is null)
        {
            return;
        }

        ArrayPool<byte>.Shared.Return(_slab);
        _slab = null;
        _slabBytes = 0;
        _writtenBytes = 0;
        for (int i = 0; i < Size; i++)
        {
            _records![i].Start = Nowhere;
        }
    }

    /// <summary>
    /// A record's place is its number modulo the size, and a number this far behind may share it with a newer one; so
    /// "too old" also guards every record against being replaced by an older packet.
    /// </summary>
    private bool IsTooOld(ulong packetNumber) => packetNumber + Size <= _newest;

    private bool IsInSlab(in Record record) => record.Start != Nowhere && record.Start >= _writtenBytes - _slabBytes;

    /// <summary>Takes room for one payload in one piece, and says where it begins, counted since the slab was rented.</summary>
    private long Reserve(int bytes)
    {
        if (_slab is null)
        {
            Rent(RedundancyLimits.MinPayloadSlabBytes);
        }

        int left = _slabBytes - (int)(_writtenBytes % _slabBytes);
        if (left < bytes)
        {
            if (_slabBytes < RedundancyLimits.MaxPayloadSlabBytes && LiveBytes() > _slabBytes / 2)
            {
                Grow();
            }
            else
            {
                _writtenBytes += left;
            }
        }

        long start = _writtenBytes;
        _writtenBytes += bytes;
        return start;
    }

    private int LiveBytes()
    {
        int live = 0;
        foreach (Record record in _records!)
        {
            live += IsLive(record) ? record.Length : 0;
        }

        return live;
    }

    private bool IsLive(in Record record) => record.HasNumber && !IsTooOld(record.Number) && IsInSlab(record);

    /// <summary>Doubles the slab and moves the live payloads, oldest number first, to its beginning.</summary>
    private void Grow()
    {
        byte[] old = _slab!;
        int oldBytes = _slabBytes;
        long oldWrittenBytes = _writtenBytes;
        Rent(oldBytes * 2);
        for (ulong back = Size; back > 0; back--)
        {
            ref Record record = ref _records![(_newest - (back - 1)) & Mask];
            bool isLive = record.HasNumber && !IsTooOld(record.Number)
                && record.Start != Nowhere && record.Start >= oldWrittenBytes - oldBytes;
            if (isLive)
            {
                old.AsSpan((int)(record.Start % oldBytes), record.Length).CopyTo(_slab.AsSpan((int)_writtenBytes));
                record.Start = _writtenBytes;
                _writtenBytes += record.Length;
            }
            else
            {
                record.Start = Nowhere;
            }
        }

        ArrayPool<byte>.Shared.Return(old);
    }

    private void Rent(int bytes)
    {
        _slab = ArrayPool<byte>.Shared.Rent(bytes);
        _slabBytes = bytes;
        _writtenBytes = 0;
    }

    /// <summary>One packet seen: its number plus one, so that zero is none, and where its bytes are (negative: nowhere).</summary>
    private struct Record
    {
        private ulong _numberPlusOne;

        public long Start;
        public int Length;

        public readonly bool HasNumber => _numberPlusOne != 0;

        public readonly ulong Number => _numberPlusOne - 1;

        public static Record Of(ulong number, long start, int length) =>
            new() { _numberPlusOne = number + 1, Start = start, Length = length };

        public readonly bool Is(ulong number) => _numberPlusOne == number + 1;
    }
}
