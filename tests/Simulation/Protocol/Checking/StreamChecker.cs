using Scp.Protocol;
using Simulation.Harness;
using Simulation.Protocol.Nodes;
using Simulation.Protocol.Workload;

namespace Simulation.Protocol.Checking;

/// <summary>
/// Streams deliver exactly the bytes that were written, in order, and end once and for a reason that the other side gave.
/// </summary>
internal sealed class StreamChecker
{
    private readonly List<StreamFlow> _flows = [];
    private readonly Dictionary<ulong, StreamFlow> _byNumber = [];

    public IReadOnlyList<StreamFlow> Flows => _flows;

    public void OnOpened(StreamFlow flow)
    {
        _flows.Add(flow);
        _byNumber.Add(flow.Number, flow);
    }

    /// <summary>The accepting side has read a stream's number.</summary>
    public StreamFlow OnAccepted(Peering peering, StreamId id, ulong number, long nowNs)
    {
        if (!_byNumber.TryGetValue(number, out StreamFlow? flow) || flow.Id != id || flow.Opener.Node != peering.Peer || flow.Opener.Peer != peering.Node)
        {
            Fail(nowNs, $"n{peering.Node} read the number {number} on {id} from n{peering.Peer}, which opened no such stream");
        }

        if (flow!.Acceptor is not null)
        {
            Fail(nowNs, $"{flow} was accepted twice, in {flow.Acceptor} and in {peering}");
        }

        flow.Acceptor = peering;
        return flow;
    }

    public static void OnRead(StreamFlow flow, StreamLeg leg, ReadOnlySpan<byte> bytes, long nowNs)
    {
        int wrong = leg.FirstWrong(leg.Read, bytes);
        if (wrong >= 0)
        {
            Fail(nowNs, $"{flow} delivered a wrong byte at {leg.Read + wrong} of {leg.TotalBytes}");
        }

        leg.Read += bytes.Length;
        if (leg.Read > leg.Written)
        {
            Fail(nowNs, $"{flow} delivered {leg.Read} bytes of {leg.Written} written");
        }
    }

    public static void OnFinished(StreamFlow flow, StreamLeg leg, long nowNs)
    {
        if (leg.Reader == StreamEnd.Finished)
        {
            Fail(nowNs, $"{flow} finished twice");
        }

        if (leg.Reader != StreamEnd.Open || leg.Writer is not (StreamEnd.Written or StreamEnd.Finished) || leg.Read != leg.TotalBytes)
        {
            Fail(nowNs, $"{flow} finished for its reader after {leg.Read} of {leg.TotalBytes} bytes; its writer is {leg.Writer}, its reader {leg.Reader}");
        }

        leg.Reader = StreamEnd.Finished;
    }

    public static void OnSent(StreamFlow flow, StreamLeg leg, long nowNs)
    {
        if (leg.Writer != StreamEnd.Written || (leg.Reader == StreamEnd.Open && leg.Read != leg.TotalBytes))
        {
            Fail(nowNs, $"The writer of {flow} was told that all has arrived; {leg.Read} of {leg.TotalBytes} bytes were read, its writer is {leg.Writer}, its reader {leg.Reader}");
        }

        leg.Writer = StreamEnd.Finished;
    }

    /// <summary>The reader was told that the writer gave up.</summary>
    public static void OnReset(StreamFlow flow, StreamLeg leg, ErrorCode code, long nowNs)
    {
        bool writerDid = leg.Writer == StreamEnd.Reset && code == StreamTraffic.ResetCode;
        bool strangerDid = leg == flow.Back && flow.Acceptor is null && code == StreamTraffic.UnreadCode && flow.There.Writer == StreamEnd.Reset;
        if (leg.Reader != StreamEnd.Open || !(writerDid || strangerDid))
        {
            Fail(nowNs, $"The reader of {flow} was told of a reset with {code}; its writer is {leg.Writer}, its reader {leg.Reader}");
        }

        leg.Reader = StreamEnd.Reset;
    }

    /// <summary>The writer was told that the reader gave up.</summary>
    public static void OnStopped(StreamFlow flow, StreamLeg leg, ErrorCode code, long nowNs)
    {
        if (leg.Reader != StreamEnd.Stopped || code != StreamTraffic.StopCode || leg.Writer is not (StreamEnd.Open or StreamEnd.Written))
        {
            Fail(nowNs, $"The writer of {flow} was told to stop with {code}; its writer is {leg.Writer}, its reader {leg.Reader}");
        }

        leg.Writer = StreamEnd.Stopped;
    }

    /// <summary>Every stream whose session lives has ended both ways.</summary>
    public void CheckAtEnd(long nowNs)
    {
        foreach (StreamFlow flow in _flows)
        {
            if (flow.Opener.IsOver || flow.Acceptor is { IsOver: true })
            {
                continue;
            }

            Require(flow, flow.There, nowNs);
            Require(flow, flow.Back, nowNs);
        }
    }

    private static void Require(StreamFlow flow, StreamLeg leg, long nowNs)
    {
        bool isOver = leg.Writer is StreamEnd.Finished or StreamEnd.Reset or StreamEnd.Stopped && leg.Reader != StreamEnd.Open;
        if (!isOver && flow.Acceptor is not null)
        {
            string direction = leg == flow.There ? "there" : "back";
            Fail(nowNs, $"{flow}, opened at {SimTime.Text(flow.OpenedAtNs)}, hangs on its way {direction}: {leg.Written} bytes written, {leg.Read} read of {leg.TotalBytes}, its writer is {leg.Writer}, its reader {leg.Reader}");
        }

        if (flow.Acceptor is null && flow.There.Writer != StreamEnd.Reset)
        {
            Fail(nowNs, $"{flow}, opened at {SimTime.Text(flow.OpenedAtNs)}, never reached n{flow.Opener.Peer}");
        }
    }

    private static void Fail(long nowNs, string what) => throw new SimulationFailedException($"{what} ({SimTime.Text(nowNs)}).");
}
