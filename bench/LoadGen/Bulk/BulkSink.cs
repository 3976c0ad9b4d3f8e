using System.Buffers.Binary;

namespace LoadGen.Bulk;

/// <summary>The receiving end of one channel: takes what arrives, in pieces of any size, and makes out the receipt.</summary>
internal sealed class BulkSink(BulkLedger ledger)
{
    private readonly byte[] _header = new byte[BulkFormat.HeaderBytes];
    private BulkLedger.Entry? _entry;
    private int _headerBytes;
    private bool _wantsSum;
    private long _bytes;
    private uint _sum;

    public BulkReceipt Receipt => new(_bytes, _sum);

    public void Take(ReadOnlySpan<byte> bytes)
    {
        if (_entry is null)
        {
            int part = Math.Min(bytes.Length, _header.Length - _headerBytes);
            bytes[..part].CopyTo(_header.AsSpan(_headerBytes));
            _headerBytes += part;
            bytes = bytes[part..];
            if (_headerBytes < _header.Length)
            {
                return;
            }

            _entry = ledger.Open(BinaryPrimitives.ReadUInt64LittleEndian(_header));
            _wantsSum = (_header[8] & BulkFormat.WantsSum) != 0;
        }

        _bytes += bytes.Length;
        _entry.Add(bytes.Length);
        if (_wantsSum)
        {
            _sum = BulkFormat.Sum(_sum, bytes);
        }
    }
}
