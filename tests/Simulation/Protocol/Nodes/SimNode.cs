using Scp.Protocol;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Network;
using Simulation.Protocol.Checking;

namespace Simulation.Protocol.Nodes;

/// <summary>
/// One process: an endpoint with its sessions, the shell that the real transport would be, and an application above. It may
/// stand still for a while, after which it meets all that has arrived meanwhile; its application may stand still alone; it may
/// end and start anew with nothing remembered.
/// </summary>
internal sealed partial class SimNode : ISimSource, IDatagramReceiver, ILaneOwner
{
    /// <summary>Rounds of polling in which outputs may cause further outputs.</summary>
    private const int MaxDrainRounds = 100_000;

    private readonly SimServices _services;
    private readonly EndpointOptions _options;
    private readonly SimEntropy _entropy;
    private readonly List<Peering> _peerings = [];
    private readonly List<Uplink> _uplinks = [];
    private readonly DatagramInbox _inbox = new();
    private readonly SpinGuard _spin;
    private readonly byte[] _datagram = new byte[ScpLimits.MaxDatagramBytes];
    private readonly byte[] _laneBytes = new byte[72 * 1024];
    private ScpEndpoint _endpoint;
    private bool _hasWork;
    private long _applicationAwayUntilNs;

    public SimNode(int number, SimServices services, EndpointOptions options, SimEntropy entropy)
    {
        Number = number;
        _services = services;
        _options = options;
        _entropy = entropy;
        _spin = new SpinGuard(number);
        _endpoint = new ScpEndpoint(options, entropy);
        services.Datagrams.Attach(number, this);
        services.Lanes.Attach(number, this);
    }

    public int Number { get; }

    public string Name => NameOf(Number);

    public IApplication Application { get; set; } = null!;

    /// <summary>Sessions of this process, those that have ended but not finished among them; in the order in which they began.</summary>
    public IReadOnlyList<Peering> Peerings => _peerings;

    public IReadOnlyList<Uplink> Uplinks => _uplinks;

    public long AwayUntilNs { get; private set; }

    public long NextAtNs
    {
        get
        {
            if (_hasWork)
            {
                return AwayUntilNs;
            }

            long nextNs = _applicationAwayUntilNs == 0 ? Application.NextAtNs : _applicationAwayUntilNs;
            foreach (Peering peering in _peerings)
            {
                nextNs = Math.Min(nextNs, peering.Session.PollTimeout());
            }

            foreach (Uplink uplink in _uplinks)
            {
                nextNs = Math.Min(nextNs, uplink.ConnectAtNs);
            }

            foreach (Redial redial in _redials)
            {
                nextNs = Math.Min(nextNs, redial.AtNs);
            }

            return Math.Max(nextNs, AwayUntilNs);
        }
    }

    public static string NameOf(int number) => $"n{number}";

    public void AddUplink(int peer) => _uplinks.Add(new Uplink(peer));

    public void Advance(long nowNs)
    {
        if (AwayUntilNs > nowNs)
        {
            return;
        }

        _spin.OnWokeUp(nowNs);
        _inbox.Drain(this, nowNs);
        foreach (Uplink uplink in _uplinks)
        {
            if (uplink.ConnectAtNs <= nowNs)
            {
                Connect(uplink, nowNs);
            }
        }

        RedialDue(nowNs);
        foreach (Peering peering in _peerings)
        {
            if (peering.Session.PollTimeout() <= nowNs)
            {
                peering.Session.HandleTimeout(nowNs);
            }
        }

        if (_applicationAwayUntilNs <= nowNs)
        {
            _applicationAwayUntilNs = 0;
            Application.Advance(nowNs);
        }

        Drain(nowNs);
    }

    /// <summary>The process stands still.</summary>
    public void Pause(long untilNs)
    {
        AwayUntilNs = Math.Max(AwayUntilNs, untilNs);
        _hasWork = true;
    }

    /// <summary>Only the application stands still: packets are handled, events wait.</summary>
    public void StallApplication(long untilNs) => _applicationAwayUntilNs = Math.Max(_applicationAwayUntilNs, untilNs);

    /// <summary>The process ends and starts anew: sessions, connections and all that was begun are gone.</summary>
    public void Restart(long nowNs)
    {
        foreach (Peering peering in _peerings)
        {
            _services.Totals.Add(peering.Session.GetStatistics(nowNs));
            peering.IsOver = true;
            peering.IsLost = true;
        }

        _peerings.Clear();
        _lanes.Clear();
        _redials.Clear();
        _inbox.Clear();
        _services.Lanes.OnProcessEnded(Number, nowNs);
        _endpoint = new ScpEndpoint(_options, _entropy);
        _applicationAwayUntilNs = 0;
        AwayUntilNs = 0;
        foreach (Uplink uplink in _uplinks)
        {
            uplink.Current = null;
            uplink.ConnectAtNs = nowNs + _services.ReconnectDelayNs();
        }

        Application.OnRestarted(nowNs);
    }

    public void OnDatagram(PathId from, Span<byte> datagram, long nowNs)
    {
        if (AwayUntilNs > nowNs)
        {
            _inbox.Add(from, datagram);
            return;
        }

        _spin.OnMoved();
        UInt128 key = ReplayChecker.KeyOf(datagram);
        ScpSession? session = _endpoint.HandleDatagram(from, datagram, nowNs);
        _services.Replays?.OnHandled(session, key, nowNs);
        Drain(nowNs);
    }

    /// <summary>Counts the sessions that still live.</summary>
    public void AddTotals(long nowNs)
    {
        foreach (Peering peering in _peerings)
        {
            _services.Totals.Add(peering.Session.GetStatistics(nowNs));
        }
    }

    /// <summary>The application, or a test, did something: outputs may wait.</summary>
    public void Wake() => _hasWork = true;

    private void Connect(Uplink uplink, long nowNs)
    {
        uplink.ConnectAtNs = long.MaxValue;
        ScpSession session = _endpoint.Connect(NameOf(uplink.Peer), _services.Addresses.Of(Number, uplink.Peer), nowNs);
        uplink.Current = Add(session, uplink.Peer, uplink, nowNs);
        Dial(uplink.Current, nowNs);
    }

    private Peering Add(ScpSession session, int peer, Uplink? uplink, long nowNs)
    {
        var peering = new Peering(session, _services.NextPeeringNumber(), Number, peer, uplink, nowNs);
        _peerings.Add(peering);
        _services.Trace.Mix((ulong)peering.Number);
        Log(nowNs, peering, uplink is null ? "accepted" : "opened");
        Application.OnOpened(peering, nowNs);
        return peering;
    }

    /// <summary>Polls every output until none is left.</summary>
    private void Drain(long nowNs)
    {
        _hasWork = false;
        int rounds = 0;
        while (DrainOnce(nowNs))
        {
            _spin.OnMoved();
            if (++rounds > MaxDrainRounds)
            {
                throw new SimulationFailedException($"The outputs of n{Number} never run dry at {SimTime.Text(nowNs)}.");
            }
        }

        ForgetFinished(nowNs);
    }

    private bool DrainOnce(long nowNs)
    {
        bool moved = false;
        while (_endpoint.TryTakeAccepted(out ScpSession? accepted))
        {
            _ = Add(accepted, int.Parse(accepted.PeerName.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture), null, nowNs);
            moved = true;
        }

        // The application may open nothing while it handles an event, but sessions may end: go by index.
        for (int i = 0; i < _peerings.Count; i++)
        {
            Peering peering = _peerings[i];
            moved |= DrainDatagrams(peering, nowNs);
            moved |= _applicationAwayUntilNs == 0 && DrainEvents(peering, nowNs);
        }

        return moved | DrainLanes(nowNs);
    }

    private bool DrainDatagrams(Peering peering, long nowNs)
    {
        bool moved = false;
        while (peering.Session.PollTransmit(_datagram, nowNs, out Transmit transmit))
        {
            moved = true;
            _services.Datagrams.Send(Number, transmit.Path, _datagram.AsSpan(0, transmit.Length), nowNs);
        }

        return moved;
    }

    private bool DrainEvents(Peering peering, long nowNs)
    {
        bool moved = false;
        while (!peering.IsOver && peering.Session.PollEvent(nowNs, out SessionEvent item))
        {
            moved = true;
            _services.Trace.Mix(((ulong)item.Kind << 56) ^ ((ulong)nowNs << 8) ^ (ulong)peering.Number);
            _services.Trace.Mix((ulong)item.Context ^ ((ulong)item.Outcome << 60) ^ ((ulong)item.Code << 48));
            _services.Trace.Mix(item.Payload);
            OnEvent(peering, item, nowNs);
        }

        return moved;
    }

    private void OnEvent(Peering peering, in SessionEvent item, long nowNs)
    {
        if (_services.Trace.IsOn)
        {
            Log(nowNs, peering, EventText.Of(item));
        }

        switch (item.Kind)
        {
            case SessionEventKind.Up:
                peering.UpAtNs = nowNs;
                break;
            case SessionEventKind.LaneWanted:
                Dial(peering, nowNs);
                break;
            case SessionEventKind.DatagramsBlocked:
                _services.Totals.Blocked++;
                break;
            case SessionEventKind.DatagramsOpen:
                _services.Totals.Opened++;
                break;
            case SessionEventKind.PathChanged:
                peering.HasProvenPath = true;
                _services.Totals.PathsChanged++;
                break;
            case SessionEventKind.Closed:
                peering.IsOver = true;
                _services.Totals.NoteEnd(item.Code);
                if (peering.Uplink is { } uplink)
                {
                    uplink.Current = null;
                    uplink.ConnectAtNs = nowNs + _services.ReconnectDelayNs();
                }

                break;
            default:
                break;
        }

        Application.OnEvent(peering, item, nowNs);
    }

    private void ForgetFinished(long nowNs)
    {
        for (int i = 0; i < _peerings.Count; i++)
        {
            Peering peering = _peerings[i];
            if (peering.IsOver && peering.Session.IsFinished)
            {
                _services.Totals.Add(peering.Session.GetStatistics(nowNs));
                _endpoint.TryForget(peering.Session);
                _peerings.RemoveAt(i--);
            }
        }
    }

    private void Log(long nowNs, Peering peering, string what)
    {
        if (_services.Trace.IsOn)
        {
            _services.Trace.Write(nowNs, $"n{Number}  {peering}: {what}");
        }
    }
}
