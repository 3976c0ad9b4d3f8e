using Scp.Protocol.Lanes;

namespace Scp.Protocol.Session;

/// <summary>
/// Whether there is still somebody at the other end of a lane. A connection whose peer vanished without a word looks like
/// a quiet one for as long as TCP likes; what it swallowed would wait for it, and with UDP blocked the session would end
/// by its idle timeout though a new connection could be had.
/// <para>
/// A lane on which nothing was heard for a quarter of the idle timeout, and two seconds at least, is pinged; when nothing
/// comes for half of it after, it is given up. While datagrams go both ways and no stream is open, nothing hangs on a lane,
/// and a ping may wait for half: a thousand quiet sessions are mostly pings. A hello counts as a ping. While a lane is busy a ping waits behind
/// what TCP holds, so bytes of streams, or packets, that are acknowledged after going by lanes count as heard on each.
/// </para>
/// </summary>
public sealed partial class ScpSession
{
    /// <summary>Less would take a round trip, or TCP's first timeouts, for a death.</summary>
    private const long MinLaneQuietNs = 2_000_000_000;

    /// <summary>After its end a session waits so long for lanes to take the close.</summary>
    private const long LingerNs = 5_000_000_000;

    private long LaneQuietNs => Math.Max(_idleTimeoutNs / (_path.IsOpen && _streams.OpenStreams == 0 ? 2 : 4), MinLaneQuietNs);

    private long LanePatienceNs => Math.Max(_idleTimeoutNs / 2, 2 * MinLaneQuietNs);

    private long NextLaneCheckNs()
    {
        long nextNs = long.MaxValue;
        foreach (Lane? lane in _lanes)
        {
            if (lane is { IsClosing: false })
            {
                nextNs = Math.Min(nextNs, lane.AskedAtNs == long.MaxValue ? lane.HeardAtNs + LaneQuietNs : lane.AskedAtNs + LanePatienceNs);
            }
        }

        return nextNs;
    }

    private void CheckLanes(long nowNs)
    {
        Span<byte> ping = stackalloc byte[LaneFraming.PrefixBytes + LaneFraming.PingBytes];
        foreach (Lane? lane in _lanes)
        {
            if (lane is not { IsClosing: false })
            {
                continue;
            }

            if (lane.AskedAtNs == long.MaxValue)
            {
                if (nowNs >= lane.HeardAtNs + LaneQuietNs)
                {
                    // Without room for a ping the lane is stuck, which is what is to be found out.
                    _ = lane.TryQueue(ping[..LaneWriter.WritePing(ping, 0)]);
                    lane.AskedAtNs = nowNs;
                }
            }
            else if (nowNs >= lane.AskedAtNs + LanePatienceNs)
            {
                if (LatenessNs(lane.AskedAtNs + LanePatienceNs, nowNs) > 0)
                {
                    // The answer may have come while this side stood still.
                    lane.AskedAtNs = nowNs;
                    continue;
                }

                lane.Abandon();
                DropLane(lane, nowNs);
                WantLane();
            }
        }
    }

    private void NoteLaneProgress(long nowNs)
    {
        foreach (Lane? lane in _lanes)
        {
            if (lane is { IsUp: true })
            {
                lane.OnHeard(nowNs);
            }
        }
    }

    /// <summary>Asks for a lane, if fewer are open or being opened than there should be.</summary>
    private void WantLane()
    {
        if (IsInitiator && _state != State.Closed && _lanes.Count(lane => lane is { IsClosing: false }) < _options.Lanes)
        {
            _events.Add(new SessionEvent { Kind = SessionEventKind.LaneWanted });
        }
    }

    /// <summary>A peer that reads nothing does not keep the lanes of a session that has ended.</summary>
    private void HandleLinger(long nowNs)
    {
        if (nowNs < _lingerUntilNs)
        {
            return;
        }

        _lingerUntilNs = long.MaxValue;
        _closesToSend = 0;
        foreach (Lane? lane in _lanes)
        {
            lane?.Abandon();
        }
    }
}
