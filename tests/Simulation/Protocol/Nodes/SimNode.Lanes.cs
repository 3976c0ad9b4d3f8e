using Scp.Protocol;
using Simulation.Network;

namespace Simulation.Protocol.Nodes;

/// <summary>The shell's side of bulk lanes: dials, reads, writes, closes.</summary>
internal sealed partial class SimNode
{
    private readonly List<LaneEnd> _lanes = [];
    private readonly List<Redial> _redials = [];

    public void OnDialled(object ticket, LaneEnd? end, long nowNs)
    {
        var peering = (Peering)ticket;
        if (peering.IsOver || peering.Session.IsClosed)
        {
            end?.Close(nowNs);
        }
        else if (end is null)
        {
            Log(nowNs, peering, "dial failed");
            _redials.Add(new Redial(peering, nowNs + _services.ReconnectDelayNs()));
        }
        else
        {
            end.Lane = _endpoint.OpenLane(peering.Session, nowNs);
            Open(end);
            Log(nowNs, peering, "lane is connected");
        }
    }

    public void OnAccepted(LaneEnd end, long nowNs)
    {
        end.Lane = _endpoint.AcceptLane(NameOf(end.Peer), nowNs);
        Open(end);
    }

    public void OnLaneBytes(LaneEnd end, ReadOnlySpan<byte> bytes, long nowNs)
    {
        _spin.OnMoved();
        _services.Trace.Mix((ulong)end.Lane.Value ^ ((ulong)nowNs << 8));
        _services.Trace.Mix(bytes);
        ErrorCode code = _endpoint.HandleLane(end.Lane, bytes, nowNs);
        if (code != ErrorCode.None)
        {
            // A close frame may wait; after it the connection is of no use.
            _services.OnLaneRefused(end, code, nowNs);
            _ = Write(end, nowNs);
            CloseLane(end, nowNs);
        }

        Drain(nowNs);
    }

    public void OnLaneRoom(LaneEnd end, long nowNs)
    {
        if (!end.IsClosed)
        {
            Wake();
        }
    }

    public void OnLaneClosed(LaneEnd end, long nowNs)
    {
        _lanes.Remove(end);
        _endpoint.LaneClosed(end.Lane, nowNs);
        Wake();
    }

    private void Open(LaneEnd end)
    {
        end.IsOpen = true;
        _lanes.Add(end);
        Wake();
    }

    private void Dial(Peering peering, long nowNs) => _services.Lanes.Dial(Number, peering.Peer, peering, nowNs);

    private void RedialDue(long nowNs)
    {
        for (int i = 0; i < _redials.Count; i++)
        {
            Redial redial = _redials[i];
            if (redial.AtNs <= nowNs)
            {
                _redials.RemoveAt(i--);
                if (!redial.Peering.IsOver)
                {
                    Dial(redial.Peering, nowNs);
                }
            }
        }
    }

    private bool DrainLanes(long nowNs)
    {
        bool moved = false;
        for (int i = 0; i < _lanes.Count; i++)
        {
            LaneEnd end = _lanes[i];
            moved |= Write(end, nowNs);
            if (end.CanWrite && _endpoint.LaneMustClose(end.Lane))
            {
                moved = true;
                CloseLane(end, nowNs);
                i--;
            }
        }

        return moved;
    }

    /// <summary>Writes what the endpoint has for the connection while the send buffer has room.</summary>
    private bool Write(LaneEnd end, long nowNs)
    {
        bool moved = false;
        while (end.CanWrite)
        {
            int count = _endpoint.PollLane(end.Lane, _laneBytes, nowNs);
            if (count == 0)
            {
                break;
            }

            moved = true;
            _services.Trace.Mix(_laneBytes.AsSpan(0, count));
            end.Write(_laneBytes.AsSpan(0, count), nowNs);
        }

        return moved;
    }

    private void CloseLane(LaneEnd end, long nowNs)
    {
        end.Close(nowNs);
        _lanes.Remove(end);
        _endpoint.LaneClosed(end.Lane, nowNs);
    }

    private readonly record struct Redial(Peering Peering, long AtNs);
}
