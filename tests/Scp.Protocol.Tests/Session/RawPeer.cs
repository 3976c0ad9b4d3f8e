using Scp.Protocol.Crypto;
using Scp.Protocol.Lanes;
using Scp.Protocol.Session;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Session;

/// <summary>
/// An authentic initiator without manners: it says hello as it should, and after that the test writes every frame by
/// hand, by lane or by datagram. What the acceptor sends is dropped, or left unread where the test says so.
/// </summary>
internal sealed class RawPeer : IDisposable
{
    private static readonly byte[] Random = [.. Enumerable.Range(0, KeySchedule.RandomBytes).Select(i => (byte)i)];

    private readonly byte[] _buffer = new byte[256 * 1024];
    private readonly PacketProtection _protection;
    private readonly ulong _destination;
    private ulong _number;

    public RawPeer(ScpEndpoint? server = null, EndpointOptions? options = null, byte flags = 0)
    {
        options ??= new EndpointOptions();
        Server = server ?? new ScpEndpoint(options, new SeededEntropy(3));
        Lane = Server.AcceptLane("client", NowNs);
        Assert.That(Server.HandleLane(Lane, Hello(LaneHelloKind.Open, default, default, flags), NowNs), Is.EqualTo(ErrorCode.None));
        Assert.That(Server.TryTakeAccepted(out ScpSession? session));
        Session = session!;

        int bytes = Server.PollLane(Lane, _buffer, NowNs);
        ReadOnlySpan<byte> answer = _buffer.AsSpan(0, bytes);
        Assert.That(new LaneReader().TryRead(ref answer, out LaneItem item));
        Assert.That(LaneHello.TryParse(item.Bytes, out LaneHello accept, out _));
        Token = accept.Token.ToArray();
        AcceptFlags = accept.Flags;
        _destination = accept.DestinationId;
        _protection = options.Protection.Create();
        _protection.InstallEpoch(1, KeySchedule.Derive(accept.Session, 1, Random, accept.Random, isInitiator: true));
        TakeEvents();
        Events.Clear();
    }

    internal delegate void FrameWriter(ref WireWriter writer);

    public long NowNs { get; set; } = 1_000_000_000;

    public ScpEndpoint Server { get; }

    public ScpSession Session { get; }

    public LaneId Lane { get; }

    public byte[] Token { get; }

    /// <summary>The flags of the acceptor's hello.</summary>
    public byte AcceptFlags { get; }

    /// <summary>Whether anybody reads what the acceptor writes to the lane.</summary>
    public bool ReadsLane { get; set; } = true;

    /// <summary>Called with each event of the acceptor before it is recorded.</summary>
    public Action<ScpSession, SessionEvent>? OnEvent { get; set; }

    public List<SessionEvent> Events { get; } = [];

    public static byte[] Hello(LaneHelloKind kind, SessionId session, ReadOnlySpan<byte> token, byte flags = 0)
    {
        var hello = new LaneHello
        {
            Kind = kind,
            Flags = flags,
            Session = session,
            DestinationId = 77,
            Epoch = 1,
            Random = Random,
            Limits = new HelloLimits(1024, 1 << 25, 1 << 20, 512, 30_000, 15_000),
            Token = token,
        };
        var frame = new byte[LaneFraming.PrefixBytes + ScpLimits.MaxHelloBytes];
        var body = new byte[ScpLimits.MaxHelloBytes];
        int length = hello.Format(body, []);
        return frame[..LaneWriter.WriteHello(frame, body.AsSpan(0, length))];
    }

    public ErrorCode SendByLane(FrameWriter write)
    {
        var frames = new byte[ScpLimits.MaxDatagramBytes];
        var writer = new WireWriter(frames);
        write(ref writer);
        var frame = new byte[writer.Written + 64];
        int bytes = LaneWriter.WritePacket(frame, ++_number, frames.AsSpan(0, writer.Written));
        ErrorCode code = Server.HandleLane(Lane, frame.AsSpan(0, bytes), NowNs);
        Drain();
        return code;
    }

    public ErrorCode SendChunk(in ChunkHeader header, ReadOnlySpan<byte> data)
    {
        var frame = new byte[LaneFraming.ChunkOverheadBytes + data.Length];
        _ = LaneWriter.WriteChunkHeaders(frame, header, data.Length);
        data.CopyTo(frame.AsSpan(LaneFraming.ChunkOverheadBytes));
        ErrorCode code = Server.HandleLane(Lane, frame, NowNs);
        Drain();
        return code;
    }

    public void SendByDatagram(PathId from, FrameWriter write)
    {
        var packet = new byte[ScpLimits.MaxDatagramBytes];
        var writer = new WireWriter(packet.AsSpan(DatagramHeader.Size, 4000));
        write(ref writer);
        int bytes = _protection.Seal(packet, writer.Written, _destination, ++_number);
        _ = Server.HandleDatagram(from, packet.AsSpan(0, bytes), NowNs);
        Drain();
    }

    /// <summary>Lets the acceptor act until a time, with every timer it asks for.</summary>
    public void RunFor(long durationNs)
    {
        long endNs = NowNs + durationNs;
        for (long nextNs = Session.PollTimeout(); nextNs <= endNs; nextNs = Session.PollTimeout())
        {
            NowNs = Math.Max(NowNs, nextNs);
            Session.HandleTimeout(NowNs);
            Drain();
        }

        NowNs = endNs;
    }

    public void Drain()
    {
        TakeEvents();
        while (Session.PollTransmit(_buffer, NowNs, out _))
        {
        }

        while (ReadsLane && Server.PollLane(Lane, _buffer, NowNs) > 0)
        {
        }
    }

    public void Dispose() => _protection.Dispose();

    private void TakeEvents()
    {
        while (Session.PollEvent(NowNs, out SessionEvent item))
        {
            OnEvent?.Invoke(Session, item);
            Events.Add(item);
        }
    }
}
