using Scp.Protocol;
using Scp.Protocol.Session;

namespace Scp.Transport.Udp.Native;

/// <summary>
/// What recvmmsg fills: headers, addresses, control messages and buffers, built once. Each message is one datagram, or
/// several of one length from one sender where the kernel joins runs.
/// </summary>
internal sealed unsafe class ReceiveHeaders
{
    /// <summary>Messages a call where runs are joined: 1 MiB of buffers in all, as each must have room for a whole run.</summary>
    public const int JoinedMessages = 16;

    /// <summary>Messages a call where each is one datagram: 280 KiB of buffers in all.</summary>
    public const int SingleMessages = 32;

    private const int JoinedBytes = 64 * 1024;

    /// <summary>Rounded up to whole cache lines; what is longer is cut, and told by its flag.</summary>
    private const int SingleBytes = (ScpLimits.MaxDatagramBytes + 63) & ~63;

    private const int NameBytes = 32;

    private readonly int _bufferBytes;
    private readonly PinnedArray<byte> _buffers;
    private readonly PinnedArray<byte> _names;
    private readonly PinnedArray<byte> _controls;
    private readonly PinnedArray<IoVector> _vectors;
    private readonly PinnedArray<MessageHeader> _headers;

    public ReceiveHeaders(bool joinsRuns)
    {
        Messages = joinsRuns ? JoinedMessages : SingleMessages;
        _bufferBytes = joinsRuns ? JoinedBytes : SingleBytes;
        _buffers = new PinnedArray<byte>(Messages * _bufferBytes);
        _names = new PinnedArray<byte>(Messages * NameBytes);
        _controls = new PinnedArray<byte>(Messages * ControlMessage.SpaceBytes);
        _vectors = new PinnedArray<IoVector>(Messages);
        _headers = new PinnedArray<MessageHeader>(Messages);
        for (int i = 0; i < Messages; i++)
        {
            _vectors.Span[i] = new IoVector { Base = _buffers.Address + (i * _bufferBytes), Length = (nuint)_bufferBytes };
            _headers.Span[i] = new MessageHeader
            {
                Name = _names.Address + (i * NameBytes),
                Vectors = _vectors.Address + i,
                VectorCount = 1,
                Control = _controls.Address + (i * ControlMessage.SpaceBytes),
            };
        }

        Reset(Messages);
    }

    public int Messages { get; }

    public MessageHeader* Headers => _headers.Address;

    /// <summary>Gives the first so many messages their room back, which the kernel had replaced by what it used.</summary>
    public void Reset(int messages)
    {
        foreach (ref MessageHeader header in _headers.Span[..messages])
        {
            header.NameLength = SocketAddressBytes.IPv6Bytes;
            header.ControlLength = ControlMessage.SpaceBytes;
            header.Flags = 0;
        }
    }

    public bool IsCut(int message) => (Headers[message].Flags & SocketConstants.Truncated) != 0;

    public int LengthOf(int message) => (int)Headers[message].Length;

    /// <summary>The length of each datagram in a message but the last; of the message itself when it is one datagram.</summary>
    public int SegmentOf(int message)
    {
        int segment = ControlMessage.ReadSegment(Headers[message].Control, Headers[message].ControlLength);
        return segment == 0 ? LengthOf(message) : segment;
    }

    public PathId SenderOf(int message)
    {
        uint length = Math.Min(Headers[message].NameLength, NameBytes);
        return SocketAddressBytes.Read(new ReadOnlySpan<byte>(Headers[message].Name, (int)length));
    }

    public Span<byte> Bytes(int message, int offset, int length) =>
        _buffers.Span.Slice((message * _bufferBytes) + offset, length);
}
