using System.Buffers.Binary;

namespace Scp.Protocol.Lanes;

/// <summary>
/// Takes a bulk lane apart as its bytes arrive, in whatever pieces they come. The data of a chunk is handed on at once,
/// as slices of the input; only a prefix, a header or a small body that straddles two inputs is kept here.
/// The first violation sets <see cref="Error"/>; from then on nothing is read any more and the lane is to be closed.
/// </summary>
internal sealed class LaneReader
{
    private readonly byte[] _head = new byte[LaneFraming.CheckedPrefixBytes];
    private byte[] _kept = new byte[ChunkHeader.Size];
    private int _keptBytes;
    private Phase _phase;
    private LaneFrameType _type;
    private int _length;
    private uint _crc;

    private enum Phase
    {
        Prefix,
        ChunkHeader,
        ChunkData,
        Body,
    }

    public ErrorCode Error { get; private set; }

    /// <summary>
    /// Reads the next item and moves <paramref name="input"/> past what was used. False when the input is used up, or
    /// when <see cref="Error"/> is set.
    /// </summary>
    public bool TryRead(ref ReadOnlySpan<byte> input, out LaneItem item)
    {
        item = default;
        while (Error == ErrorCode.None)
        {
            switch (_phase)
            {
                case Phase.Prefix:
                    if (!TryFill(ref input, LaneFraming.PrefixBytes, out ReadOnlySpan<byte> prefix))
                    {
                        return false;
                    }

                    ReadPrefix(prefix);
                    break;

                case Phase.ChunkHeader:
                    return TryFill(ref input, ChunkHeader.Size, out ReadOnlySpan<byte> header)
                        && TryReadChunkHeader(header, out item);

                case Phase.ChunkData:
                    return TryReadData(ref input, out item);

                default:
                    return TryFill(ref input, _length, out ReadOnlySpan<byte> body) && TryReadBody(body, out item);
            }
        }

        return false;
    }

    private void ReadPrefix(ReadOnlySpan<byte> prefix)
    {
        _type = (LaneFrameType)prefix[0];
        _length = prefix[1] | (prefix[2] << 8) | (prefix[3] << 16);
        _crc = BinaryPrimitives.ReadUInt32LittleEndian(prefix[LaneFraming.CheckedPrefixBytes..]);
        prefix[..LaneFraming.CheckedPrefixBytes].CopyTo(_head);

        if (!LaneFraming.TryGetBounds(_type, out int min, out int max) || _length < min)
        {
            Error = ErrorCode.Malformed;
        }
        else if (_length > max)
        {
            Error = ErrorCode.LimitExceeded;
        }

        _phase = _type == LaneFrameType.Chunk ? Phase.ChunkHeader : Phase.Body;
    }

    private bool TryReadChunkHeader(ReadOnlySpan<byte> source, out LaneItem item)
    {
        item = default;
        int dataBytes = _length - ChunkHeader.Size;
        if (LaneFraming.Checksum(_head, source) != _crc)
        {
            Error = ErrorCode.Malformed;
            return false;
        }

        Error = ChunkHeader.Parse(source, dataBytes, out ChunkHeader header);
        if (Error != ErrorCode.None)
        {
            return false;
        }

        _length = dataBytes;
        _phase = dataBytes == 0 ? Phase.Prefix : Phase.ChunkData;
        item = new LaneItem { Kind = LaneItemKind.ChunkHeader, Chunk = header, ChunkDataBytes = dataBytes };
        return true;
    }

    private bool TryReadData(ref ReadOnlySpan<byte> input, out LaneItem item)
    {
        if (input.IsEmpty)
        {
            item = default;
            return false;
        }

        int count = Math.Min(_length, input.Length);
        item = new LaneItem { Kind = LaneItemKind.ChunkData, Bytes = input[..count] };
        input = input[count..];
        _length -= count;
        if (_length == 0)
        {
            _phase = Phase.Prefix;
        }

        return true;
    }

    private bool TryReadBody(ReadOnlySpan<byte> body, out LaneItem item)
    {
        if (LaneFraming.Checksum(_head, body) != _crc)
        {
            Error = ErrorCode.Malformed;
            item = default;
            return false;
        }

        _phase = Phase.Prefix;
        item = _type switch
        {
            LaneFrameType.Hello => new LaneItem { Kind = LaneItemKind.Hello, Bytes = body },
            LaneFrameType.Packet => new LaneItem
            {
                Kind = LaneItemKind.Packet,
                Number = BinaryPrimitives.ReadUInt64LittleEndian(body),
                Bytes = body[LaneFraming.PacketNumberBytes..],
            },
            LaneFrameType.Close => new LaneItem
            {
                Kind = LaneItemKind.Close,
                Code = (ErrorCode)BinaryPrimitives.ReadUInt16LittleEndian(body),
                Bytes = body[LaneFraming.CloseCodeBytes..],
            },
            _ => new LaneItem
            {
                Kind = _type == LaneFrameType.Ping ? LaneItemKind.Ping : LaneItemKind.Pong,
                Number = BinaryPrimitives.ReadUInt64LittleEndian(body),
            },
        };
        return true;
    }

    /// <summary>
    /// Gives <paramref name="count"/> bytes that lie together: a slice of the input when they came together, else those
    /// kept here once they are complete.
    /// </summary>
    private bool TryFill(ref ReadOnlySpan<byte> input, int count, out ReadOnlySpan<byte> bytes)
    {
        if (_keptBytes == 0 && input.Length >= count)
        {
            bytes = input[..count];
            input = input[count..];
            return true;
        }

        if (_kept.Length < count)
        {
            // The bounds of the type were checked with the prefix, so this is never more than MaxHelloBytes.
            Array.Resize(ref _kept, count);
        }

        int taken = Math.Min(count - _keptBytes, input.Length);
        input[..taken].CopyTo(_kept.AsSpan(_keptBytes));
        input = input[taken..];
        _keptBytes += taken;
        if (_keptBytes < count)
        {
            bytes = default;
            return false;
        }

        _keptBytes = 0;
        bytes = _kept.AsSpan(0, count);
        return true;
    }
}
