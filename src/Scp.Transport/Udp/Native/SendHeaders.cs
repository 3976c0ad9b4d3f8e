using Scp.Protocol.Session;

namespace Scp.Transport.Udp.Native;

/// <summary>
/// What sendmmsg reads: headers, addresses and control messages, built once and filled for each batch. A message is one
/// datagram or one run. One place more than a batch can have is kept for a datagram sent alone.
/// </summary>
internal sealed unsafe class SendHeaders
{
    private const int Places = OutgoingBatch.MaxDatagrams + 1;
    private const int Alone = OutgoingBatch.MaxDatagrams;
    private const int NameBytes = 32;

    private readonly bool _isIPv4;
    private readonly PinnedArray<byte> _names = new(Places * NameBytes);
    private readonly PinnedArray<byte> _controls = new(Places * ControlMessage.SpaceBytes);
    private readonly PinnedArray<IoVector> _vectors = new(Places);
    private readonly PinnedArray<MessageHeader> _headers = new(Places);
    private readonly Run[] _runs = new Run[Places];

    public SendHeaders(bool isIPv4)
    {
        _isIPv4 = isIPv4;
        for (int i = 0; i < Places; i++)
        {
            _headers.Span[i] = new MessageHeader
            {
                Name = _names.Address + (i * NameBytes),
                NameLength = isIPv4 ? SocketAddressBytes.IPv4Bytes : (uint)SocketAddressBytes.IPv6Bytes,
                Vectors = _vectors.Address + i,
                VectorCount = 1,
            };
        }
    }

    public int Count { get; private set; }

    public MessageHeader* Headers => _headers.Address;

    public MessageHeader* AloneHeader => _headers.Address + Alone;

    public Run RunOf(int message) => _runs[message];

    /// <summary>
    /// Makes messages of a batch, runs only from the given length on. Returns how many of its datagrams have an address
    /// that this socket cannot send to; those are left out.
    /// </summary>
    public int Fill(OutgoingBatch batch, int minRunDatagrams)
    {
        Count = 0;
        int unreachable = 0;
        for (int i = 0; i < batch.Count;)
        {
            int datagrams = batch.RunFrom(i, out int bytes);
            if (datagrams < minRunDatagrams)
            {
                datagrams = 1;
                bytes = batch.LengthOf(i);
            }

            if (TryFill(Count, batch, new Run(i, datagrams, bytes)))
            {
                Count++;
            }
            else
            {
                unreachable += datagrams;
            }

            i += datagrams;
        }

        return unreachable;
    }

    /// <summary>Makes the message of one datagram whose address has been sent to before.</summary>
    public void FillAlone(OutgoingBatch batch, int index) =>
        _ = TryFill(Alone, batch, new Run(index, 1, batch.LengthOf(index)));

    private bool TryFill(int place, OutgoingBatch batch, Run run)
    {
        if (!TryAddress(_names.Span.Slice(place * NameBytes, NameBytes), batch.PathOf(run.First)))
        {
            return false;
        }

        _runs[place] = run;
        _vectors.Span[place] = new IoVector { Base = batch.AddressOf(run.First), Length = (nuint)run.Bytes };
        ref MessageHeader header = ref _headers.Span[place];
        if (run.Datagrams == 1)
        {
            header.Control = null;
            header.ControlLength = 0;
        }
        else
        {
            header.Control = _controls.Address + (place * ControlMessage.SpaceBytes);
            header.ControlLength = ControlMessage.SpaceBytes;
            ControlMessage.WriteSegment(header.Control, batch.LengthOf(run.First));
        }

        return true;
    }

    private bool TryAddress(Span<byte> name, PathId path)
    {
        if (_isIPv4)
        {
            return SocketAddressBytes.TryWriteIPv4(path, name);
        }

        SocketAddressBytes.WriteIPv6(path, name);
        return true;
    }

    /// <summary>Datagrams of a batch that make one message.</summary>
    internal readonly record struct Run(int First, int Datagrams, int Bytes);
}
