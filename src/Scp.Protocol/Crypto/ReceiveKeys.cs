namespace Scp.Protocol.Crypto;

/// <summary>
/// The keys that open one epoch's packets: those of the phase its sender was last seen in, of the phase before for
/// packets that were overtaken, and of the phase after, derived when a packet first claims it and kept, so that claiming
/// it again costs no derivation. A claim alone moves nothing: the next phase becomes the current one when a packet has
/// opened under it.
/// </summary>
internal sealed class ReceiveKeys<TAead> : IDisposable
    where TAead : struct, IDatagramAead<TAead>
{
    private PhaseKeys<TAead> _current;
    private PhaseKeys<TAead>? _next;
    private PhaseKeys<TAead>? _previous;

    public ReceiveKeys(uint epoch, TrafficSecret secret)
    {
        Epoch = epoch;
        _current = new PhaseKeys<TAead>(secret, phase: 0);
    }

    public uint Epoch { get; }

    /// <summary>The newest phase in which an authentic packet has come.</summary>
    public ulong Phase => _current.Phase;

    /// <summary>When the previous phase has been previous for long enough; <see cref="long.MaxValue"/> if there is none.</summary>
    public long PreviousExpiresNs { get; private set; } = long.MaxValue;

    /// <summary>The keys that a header's phase names. A packet is tried with these and no others.</summary>
    public PhaseKeys<TAead>? Find(byte keyPhase) => (sbyte)(keyPhase - (byte)Phase) switch
    {
        0 => _current,
        1 => _next ??= _current.DeriveNext(),
        -1 => _previous,
        _ => null,
    };

    /// <summary>A packet has opened under <paramref name="keys"/>, which <see cref="Find"/> gave.</summary>
    public void OnOpened(PhaseKeys<TAead> keys, long nowNs)
    {
        if (keys != _next)
        {
            return;
        }

        _previous?.Dispose();
        _previous = _current;
        _current = keys;
        _next = null;
        PreviousExpiresNs = nowNs + PacketProtection.PreviousPhaseLifetimeNs;
    }

    public void DropPrevious(long nowNs)
    {
        if (nowNs >= PreviousExpiresNs)
        {
            _previous?.Dispose();
            _previous = null;
            PreviousExpiresNs = long.MaxValue;
        }
    }

    public void Dispose()
    {
        _previous?.Dispose();
        _current.Dispose();
        _next?.Dispose();
    }
}
