#pragma warning disable
using Scp.Protocol.Messages;
namespace Scp.Protocol.Session;

public interface IEntropySource { void Fill(Span<byte> destination); }
public readonly record struct PathId(long Value);
public readonly record struct LaneId(int Value);
public readonly record struct Transmit(PathId Path, int Length);
public sealed record EndpointOptions { public int Lanes { get; init; } = 1; public long BeatNs { get; init; } = 15_000_000_000; public long IdleTimeoutNs { get; init; } = 30_000_000_000; public int Slots { get; init; } = 1024; }
public sealed class SessionStatistics { }
public sealed class ScpEndpoint(EndpointOptions options, IEntropySource entropy)
{
    public ScpSession Connect(string peerName, PathId path, long nowNs) => null!;
    public LaneId OpenLane(ScpSession session, long nowNs) => default;
    public LaneId AcceptLane(string peerName, long nowNs) => default;
    public ErrorCode HandleLane(LaneId lane, ReadOnlySpan<byte> bytes, long nowNs) => default;
    public void LaneClosed(LaneId lane, long nowNs) { }
    public int PollLane(LaneId lane, Span<byte> destination, long nowNs) => 0;
    public bool LaneMustClose(LaneId lane) => false;
    public void HandleDatagram(PathId from, Span<byte> datagram, long nowNs) { }
    public bool TryTakeAccepted(out ScpSession session) { session = null!; return false; }
    public IReadOnlyList<ScpSession> Sessions => [];
}
public sealed class ScpSession
{
    public string PeerName => ""; public bool IsInitiator => false; public bool IsUp => false; public bool IsClosed => false; public SessionStatistics Statistics => new();
    public bool PollTransmit(Span<byte> buffer, long nowNs, out Transmit transmit) { transmit = default; return false; }
    public long PollTimeout() => long.MaxValue;
    public void HandleTimeout(long nowNs) { }
    public bool PollEvent(long nowNs, out SessionEvent e) { e = default; return false; }
    public SendStatus TrySend(MessageKind kind, ReadOnlySpan<byte> payload, in MessageOptions options, long nowNs, out MessageHandle handle) { handle = default; return default; }
    public SendStatus Reply(MessageId request, ReplyStatus status, ErrorCode code, ReadOnlySpan<byte> payload, long nowNs) => default;
    public bool Cancel(MessageHandle handle, long nowNs) => false;
    public bool TryOpenStream(Priority priority, out StreamId stream) { stream = default; return false; }
    public int WriteStream(StreamId stream, ReadOnlySpan<byte> bytes) => 0;
    public void FinishStream(StreamId stream) { }
    public void ResetStream(StreamId stream, ErrorCode code) { }
    public void StopStream(StreamId stream, ErrorCode code) { }
    public int ReadStream(StreamId stream, Span<byte> destination, out bool finished) { finished = false; return 0; }
    public void Close(ErrorCode code, string reason, long nowNs) { }
}
