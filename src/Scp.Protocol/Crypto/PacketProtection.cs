namespace Scp.Protocol.Crypto;

/// <summary>
/// Seals and opens the datagrams of one session under the keys of its epochs. Not generic, so that the session is not;
/// <see cref="PacketProtectionFactory"/> makes one for a cipher.
/// <para>
/// <b>Epochs.</b> A new one is installed whenever the two sides have exchanged new randoms. The side that knows that its
/// peer has the new keys moves to it at once; the other goes on sending under the old epoch until a packet of the new one
/// has opened, since its answer may be lost with the lane that carries it. Packets of the epoch before still open until
/// <see cref="DropPreviousEpoch"/>.
/// </para>
/// <para>
/// <b>Key phases</b> replace the key within an epoch, each direction counting its own. A sender takes the next phase
/// when the present key has sealed as many packets as it should, or when its peer's phase is ahead of its own, and in
/// either case only after a packet of the present phase was acknowledged. The acknowledgement proves that the receiver
/// has come along, and a receiver holds the next phase beside its present one: so no packet is ever sent that its
/// receiver could not open. While a change waits for that, <see cref="NeedsAcknowledgement"/> asks for a packet that
/// will be acknowledged.
/// </para>
/// <para>
/// <b>Forgeries.</b> The header says which key to try, so each costs one trial; at most one derivation per phase can be
/// provoked. Opening works in place: what did not open is destroyed.
/// </para>
/// Packet numbers must rise from one <see cref="Seal"/> to the next, through epochs too: a number sealed twice under a
/// key would betray both packets. One thread owns an instance; sealing and opening allocate nothing.
/// </summary>
internal abstract class PacketProtection : IDisposable
{
    /// <summary>How long after a change of key the packets sealed before it may still arrive.</summary>
    public const long PreviousPhaseLifetimeNs = 3_000_000_000;

    /// <summary>Header and tag: what a packet is longer than its payload.</summary>
    public abstract int OverheadBytes { get; }

    /// <summary>True once an epoch is installed.</summary>
    public abstract bool IsReady { get; }

    /// <summary>The epoch under which packets are sealed.</summary>
    public abstract uint Epoch { get; }

    /// <summary>Changes of key in this epoch on the sending side, and the newest seen on the receiving side.</summary>
    public abstract ulong SendPhase { get; }

    /// <inheritdoc cref="SendPhase"/>
    public abstract ulong ReceivePhase { get; }

    /// <summary>True if a change of key is due and waits for an acknowledgement of a packet of this phase.</summary>
    public abstract bool NeedsAcknowledgement { get; }

    /// <summary>
    /// True if this key has sealed twice what it should and no acknowledgement let it be changed: a new epoch is needed,
    /// and <see cref="Seal"/> refuses.
    /// </summary>
    public abstract bool KeysExhausted { get; }

    /// <summary>Datagrams in this epoch that did not open.</summary>
    public abstract long Forgeries { get; }

    /// <summary>True if so many datagrams failed to open that the session must end.</summary>
    public bool ForgeriesExceeded => Forgeries >= ScpLimits.MaxForgeriesPerEpoch;

    /// <summary>When <see cref="DropPrevious"/> has something to do; <see cref="long.MaxValue"/> for never.</summary>
    public abstract long PreviousExpiresNs { get; }

    /// <summary>
    /// Begins an epoch later than any before, and takes ownership of its secrets. <paramref name="peerIsReady"/> says that
    /// the peer has the keys already; otherwise sending waits for the peer to use them.
    /// </summary>
    public abstract void InstallEpoch(uint epoch, EpochSecrets secrets, bool peerIsReady = true);

    /// <summary>Something else than a datagram shows that the peer has the keys of the newest epoch.</summary>
    public abstract void OnPeerIsReady();

    /// <summary>
    /// Seals the payload that stands behind room for a header, writes the header before it and the tag after it, and
    /// returns the length of the datagram: <paramref name="payloadBytes"/> and <see cref="OverheadBytes"/>.
    /// </summary>
    public abstract int Seal(Span<byte> packet, int payloadBytes, ulong destinationId, ulong packetNumber);

    /// <summary>
    /// Opens a datagram where it stands if it is new, and marks its number in <paramref name="replays"/>.
    /// </summary>
    public abstract OpenStatus TryOpen(Span<byte> packet, ReplayWindow replays, long nowNs, out ulong packetNumber, out Range payload);

    /// <summary>The peer acknowledged this packet.</summary>
    public abstract void OnAcknowledged(ulong packetNumber);

    /// <summary>Drops key phases that have been previous for <see cref="PreviousPhaseLifetimeNs"/>.</summary>
    public abstract void DropPrevious(long nowNs);

    /// <summary>
    /// Drops the keys of the epoch before this one, whose packets no longer open; false while the peer has not been seen
    /// to use the new one.
    /// </summary>
    public abstract bool DropPreviousEpoch();

    public abstract void Dispose();
}
