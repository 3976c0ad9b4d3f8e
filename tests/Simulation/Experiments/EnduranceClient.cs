using Scp.Protocol;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Protocol.Nodes;

namespace Simulation.Experiments;

/// <summary>A steady mix for hours of virtual time: calls of every size, and streams that are written whole and finished.</summary>
internal sealed class EnduranceClient : IApplication
{
    private const long GapNs = 10 * SimTime.Ms;
    private const int CallsPerStream = 20;
    private const int StreamBytes = 30_000;
    private const int MaxOpenStreams = 8;

    private static readonly int[] Sizes = [0, 64, 1_000, 64, 5_000, 64, 300, 20_000];

    private readonly byte[] _bytes = new byte[StreamBytes];
    private readonly byte[] _scratch = new byte[4096];
    private Peering? _peering;
    private int _calls;

    public long NextAtNs { get; private set; } = long.MaxValue;

    public long Replied { get; private set; }

    public long StreamsFinished { get; private set; }

    public void Begin(long nowNs) => NextAtNs = nowNs;

    public void Pause() => NextAtNs = long.MaxValue;

    public void Advance(long nowNs)
    {
        if (NextAtNs > nowNs)
        {
            return;
        }

        NextAtNs = nowNs + GapNs;
        ScpSession session = _peering!.Session;
        int size = Sizes[_calls % Sizes.Length];
        var options = new MessageOptions { IsUrgent = _calls % 7 == 0, DeadlineNs = nowNs + (5 * SimTime.Second) };
        _ = session.TrySend(MessageKind.Request, _bytes.AsSpan(0, size), options, nowNs, out _);
        if (++_calls % CallsPerStream == 0)
        {
            OpenStream(session, nowNs);
        }
    }

    public void OnOpened(Peering peering, long nowNs) => _peering = peering;

    public void OnEvent(Peering peering, in SessionEvent item, long nowNs)
    {
        Replied += item is { Kind: SessionEventKind.Completed, Outcome: CallOutcome.Replied } ? 1 : 0;
        StreamsFinished += item.Kind == SessionEventKind.StreamFinished ? 1 : 0;
        if (item.Kind == SessionEventKind.StreamReadable)
        {
            _ = peering.Session.ReadStream(item.Stream, _scratch, nowNs, out _);
        }
    }

    public void OnRestarted(long nowNs)
    {
    }

    private void OpenStream(ScpSession session, long nowNs)
    {
        // Without a lane streams would only pile up, and the peak of that is what the pools keep.
        if (session.GetStatistics(nowNs).StreamsOpen < MaxOpenStreams && session.TryOpenStream(Priority.Bulk, out StreamId stream))
        {
            _ = session.WriteStream(stream, _bytes);
            _ = session.FinishStream(stream);
        }
    }
}
