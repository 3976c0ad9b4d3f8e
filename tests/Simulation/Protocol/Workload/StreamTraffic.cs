using System.Buffers.Binary;
using Scp.PathModel;
using Scp.Protocol;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Protocol.Checking;
using Simulation.Protocol.Nodes;

namespace Simulation.Protocol.Workload;

/// <summary>The streams of one node: it writes and reads each as planned, at the pace of the plan.</summary>
internal sealed class StreamTraffic(SimNode node, StreamPlanner planner, StreamChecker checker, TrafficCounts counts)
{
    public const int MaxStepBytes = 64 * 1024;
    public const ErrorCode ResetCode = ErrorCode.Draining;
    public const ErrorCode StopCode = ErrorCode.NoHandler;

    /// <summary>A side whose peer reset the stream before it said which one it is.</summary>
    public const ErrorCode UnreadCode = ErrorCode.Cancelled;

    private readonly Dictionary<(Peering Peering, StreamId Id), StreamSide> _sides = [];
    private readonly DeliveryQueue<Step> _steps = new();
    private readonly byte[] _scratch = new byte[MaxStepBytes];

    public long NextAtNs => _steps.NextAtNs;

    public void Advance(long nowNs)
    {
        while (_steps.TryDequeueDue(nowNs, out Step step))
        {
            if (step.Side.IsGone)
            {
                continue;
            }

            if (step.IsWrite)
            {
                Write(step.Side, nowNs);
            }
            else
            {
                Read(step.Side, nowNs);
            }
        }
    }

    public void Open(Peering peering, long nowNs)
    {
        StreamFlow flow = planner.Draw();
        if (!peering.Session.TryOpenStream(flow.Priority, out StreamId id))
        {
            return;
        }

        flow.Opener = peering;
        flow.Id = id;
        flow.OpenedAtNs = nowNs;
        checker.OnOpened(flow);
        counts.StreamsOpened++;
        var side = new StreamSide(peering, id) { Flow = flow, Outgoing = flow.There, Incoming = flow.Back };
        _sides.Add((peering, id), side);
        Write(side, nowNs);
    }

    public void OnEvent(Peering peering, in SessionEvent item, long nowNs)
    {
        if (item.Kind == SessionEventKind.StreamOpened)
        {
            _sides.Add((peering, item.Stream), new StreamSide(peering, item.Stream));
            return;
        }

        if (!_sides.TryGetValue((peering, item.Stream), out StreamSide? side))
        {
            throw new SimulationFailedException($"n{node.Number} was told {item.Kind} of {item.Stream}, which is not open in {peering} ({SimTime.Text(nowNs)}).");
        }

        switch (item.Kind)
        {
            case SessionEventKind.StreamReadable:
                Read(side, nowNs);
                break;
            case SessionEventKind.StreamWritable:
                Write(side, nowNs);
                break;
            case SessionEventKind.StreamFinished:
                StreamChecker.OnFinished(side.Flow!, side.Incoming!, nowNs);
                counts.StreamsFinished++;
                break;
            case SessionEventKind.StreamSent:
                StreamChecker.OnSent(side.Flow!, side.Outgoing!, nowNs);
                break;
            case SessionEventKind.StreamReset:
                OnReset(side, item.Code, nowNs);
                break;
            case SessionEventKind.StreamStopped when side.Flow is { } flow:
                StreamChecker.OnStopped(flow, side.Outgoing!, item.Code, nowNs);
                break;
            default:
                break;
        }
    }

    public void OnClosed(Peering peering)
    {
        foreach (((Peering owner, StreamId _), StreamSide side) in _sides)
        {
            side.IsGone |= owner == peering;
        }

        foreach ((Peering Peering, StreamId Id) key in _sides.Where(pair => pair.Value.IsGone).Select(pair => pair.Key).ToArray())
        {
            _sides.Remove(key);
        }
    }

    public void OnRestarted()
    {
        _sides.Clear();
        _steps.Clear();
    }

    private void OnReset(StreamSide side, ErrorCode code, long nowNs)
    {
        counts.StreamsReset++;
        if (side.Flow is { } flow)
        {
            StreamChecker.OnReset(flow, side.Incoming!, code, nowNs);
        }
        else
        {
            side.Peering.Session.ResetStream(side.Id, UnreadCode);
        }
    }

    private void Write(StreamSide side, long nowNs)
    {
        if (side.Outgoing is not { Writer: StreamEnd.Open } leg)
        {
            return;
        }

        ScpSession session = side.Peering.Session;
        long end = Math.Min(leg.TotalBytes, leg.ResetAtBytes);
        while (leg.Written < end)
        {
            Span<byte> bytes = _scratch.AsSpan(0, (int)Math.Min(leg.WriteStepBytes, end - leg.Written));
            leg.Fill(leg.Written, bytes);
            int taken = session.WriteStream(side.Id, bytes);
            leg.Written += taken;
            if (taken < bytes.Length)
            {
                counts.ShortWrites++;
                return;
            }

            if (leg.WritePauseNs > 0)
            {
                _ = _steps.TryEnqueue(nowNs + leg.WritePauseNs, new Step(side, true));
                return;
            }
        }

        if (leg.ResetAtBytes <= leg.TotalBytes)
        {
            leg.Writer = StreamEnd.Reset;
            session.ResetStream(side.Id, ResetCode);
        }
        else
        {
            leg.Writer = StreamEnd.Written;
            session.FinishStream(side.Id);
        }
    }

    private void Read(StreamSide side, long nowNs)
    {
        if (side.Flow is null && !TryReadHeader(side, nowNs))
        {
            return;
        }

        StreamLeg leg = side.Incoming!;
        ScpSession session = side.Peering.Session;
        while (leg.Reader == StreamEnd.Open)
        {
            if (leg.Read >= leg.StopAtBytes)
            {
                if (session.StopStream(side.Id, StopCode))
                {
                    leg.Reader = StreamEnd.Stopped;
                    counts.StreamsStopped++;
                }

                return;
            }

            Span<byte> bytes = _scratch.AsSpan(0, leg.ReadStepBytes);
            int count = session.ReadStream(side.Id, bytes, nowNs, out bool finished);
            StreamChecker.OnRead(side.Flow!, leg, bytes[..count], nowNs);
            if (count == 0 || finished)
            {
                return;
            }

            if (leg.ReadPauseNs > 0)
            {
                _ = _steps.TryEnqueue(nowNs + leg.ReadPauseNs, new Step(side, false));
                return;
            }
        }
    }

    private bool TryReadHeader(StreamSide side, long nowNs)
    {
        side.HeaderRead += side.Peering.Session.ReadStream(side.Id, side.Header.AsSpan(side.HeaderRead), nowNs, out _);
        if (side.HeaderRead < side.Header.Length)
        {
            return false;
        }

        StreamFlow flow = checker.OnAccepted(side.Peering, side.Id, BinaryPrimitives.ReadUInt64LittleEndian(side.Header), nowNs);
        side.Flow = flow;
        side.Incoming = flow.There;
        side.Outgoing = flow.Back;
        StreamChecker.OnRead(flow, flow.There, side.Header, nowNs);
        Write(side, nowNs);
        return true;
    }

    private readonly record struct Step(StreamSide Side, bool IsWrite);
}
