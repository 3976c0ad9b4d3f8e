using Scp.PathModel;
using Simulation.Harness;

namespace Simulation.Network;

/// <summary>
/// A TCP connection between two nodes with TLS done. It ends by a close of either side, or breaks at any byte; then each side
/// learns of it in its own time, and one that hears nothing only by a keep-alive.
/// </summary>
internal sealed class LaneConnection
{
    private const long StallLimitNs = 15 * SimTime.Second;

    private PathRandom _random;

    public LaneConnection(PathTable paths, int initiator, int acceptor, int bufferBytes, PathRandom random)
    {
        _random = random;
        var there = new PipeDirection(paths[initiator, acceptor], paths[acceptor, initiator], bufferBytes, _random.Fork());
        var back = new PipeDirection(paths[acceptor, initiator], paths[initiator, acceptor], bufferBytes, _random.Fork());
        Initiator = new LaneEnd(this, initiator, acceptor, there, back);
        Acceptor = new LaneEnd(this, acceptor, initiator, back, there);
    }

    public LaneEnd Initiator { get; }

    public LaneEnd Acceptor { get; }

    public bool IsBroken { get; private set; }

    public bool IsOver => Initiator.IsClosed && Acceptor.IsClosed;

    public bool IsOpen => !IsBroken && !Initiator.IsClosed && !Acceptor.IsClosed;

    /// <summary>Breaks it; returns true when bytes under way were lost in the middle of what was written.</summary>
    public bool Break(long nowNs, long keepAliveNs)
    {
        IsBroken = true;
        bool lostSome = false;
        foreach (LaneEnd end in (ReadOnlySpan<LaneEnd>)[Initiator, Acceptor])
        {
            int inFlight = end.Incoming.InFlightBytes;
            int arriving = inFlight == 0 ? 0 : (int)_random.NextBelow(inFlight + 1);
            end.Incoming.BreakAfter(arriving);
            lostSome |= arriving < inFlight;
            end.NoticeAtNs = Math.Min(end.NoticeAtNs, nowNs + NoticeDelayNs(keepAliveNs));
        }

        return lostSome;
    }

    public long NextAtNs(ILaneOwner[] owners) => Math.Min(NextAtNs(Initiator, owners), NextAtNs(Acceptor, owners));

    public void Advance(long nowNs, ILaneOwner[] owners, long keepAliveNs)
    {
        Advance(Initiator, nowNs, owners);
        Advance(Acceptor, nowNs, owners);
        if (!IsBroken && IsStalledTooLong(nowNs))
        {
            Break(nowNs, keepAliveNs);
        }
    }

    private static long NextAtNs(LaneEnd end, ILaneOwner[] owners)
    {
        if (end.IsClosed)
        {
            return long.MaxValue;
        }

        // An end whose handshake is not done yet reads nothing; its node has nobody to tell of a break either.
        long nextNs = Math.Min(end.IsOpen ? end.Incoming.NextAtNs : end.Incoming.EndAtNs, end.NoticeAtNs);
        return nextNs == long.MaxValue ? nextNs : Math.Max(nextNs, owners[end.Node].AwayUntilNs);
    }

    private void Advance(LaneEnd end, long nowNs, ILaneOwner[] owners)
    {
        ILaneOwner owner = owners[end.Node];
        if (end.IsClosed || owner.AwayUntilNs > nowNs)
        {
            return;
        }

        if (end.IsOpen)
        {
            Deliver(end, owner, nowNs, owners);
        }

        if (!end.IsClosed && (end.Incoming.HasEnded(nowNs) || end.NoticeAtNs <= nowNs))
        {
            end.Close(nowNs);
            if (end.IsOpen)
            {
                owner.OnLaneClosed(end, nowNs);
            }
        }
    }

    private void Deliver(LaneEnd end, ILaneOwner owner, long nowNs, ILaneOwner[] owners)
    {
        LaneEnd sender = end == Initiator ? Acceptor : Initiator;
        while (!end.IsClosed)
        {
            ReadOnlySpan<byte> bytes = end.Incoming.Arrived(nowNs);
            if (bytes.IsEmpty)
            {
                return;
            }

            int count = _random.Chance(0.1) ? (int)_random.NextBetween(1, bytes.Length) : bytes.Length;
            owner.OnLaneBytes(end, bytes[..count], nowNs);
            if (!end.IsClosed)
            {
                end.Incoming.Take(count);
                owners[sender.Node].OnLaneRoom(sender, nowNs);
            }
        }
    }

    private bool IsStalledTooLong(long nowNs) =>
        Math.Min(Initiator.Incoming.StalledSinceNs, Acceptor.Incoming.StalledSinceNs) < nowNs - StallLimitNs;

    private long NoticeDelayNs(long keepAliveNs) => _random.NextBelow(4) switch
    {
        0 => 0,
        1 => _random.NextBelow(200 * SimTime.Ms),
        2 => _random.NextBetween(200 * SimTime.Ms, 5 * SimTime.Second),
        _ => keepAliveNs,
    };
}
