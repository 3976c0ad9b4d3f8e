using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Crypto;

/// <summary>The packet protection of one cipher; the contract stands on <see cref="PacketProtection"/>.</summary>
internal sealed class AeadPacketProtection<TAead> : PacketProtection
    where TAead : struct, IDatagramAead<TAead>
{
    private readonly DatagramKind _kind;
    private readonly long _packetsPerKey;

    private PhaseKeys<TAead>? _send;
    private PhaseKeys<TAead>? _sendWhenPeerIsReady;
    private uint _sendEpoch;
    private long _sealedInPhase;
    private ulong _phaseStart;
    private bool _phaseAcknowledged;
    private ulong _nextPacketNumber;

    private ReceiveKeys<TAead>? _receive;
    private ReceiveKeys<TAead>? _previousEpoch;
    private long _forgeries;

    public AeadPacketProtection(DatagramKind kind, long packetsPerKey = ScpLimits.MaxPacketsPerKey)
    {
        _kind = kind;
        _packetsPerKey = packetsPerKey;
    }

    public override int OverheadBytes => DatagramHeader.Size + TAead.TagBytes;

    public override bool IsReady => _receive is not null;

    public override uint Epoch => _receive?.Epoch ?? 0;

    public override ulong SendPhase => _send?.Phase ?? 0;

    public override ulong ReceivePhase => _receive?.Phase ?? 0;

    public override bool NeedsAcknowledgement => RekeyIsDue && !_phaseAcknowledged;

    public override bool KeysExhausted => _sealedInPhase >= 2 * _packetsPerKey && !_phaseAcknowledged;

    public override long Forgeries => _forgeries;

    public override long PreviousExpiresNs =>
        Math.Min(_receive?.PreviousExpiresNs ?? long.MaxValue, _previousEpoch?.PreviousExpiresNs ?? long.MaxValue);

    private bool RekeyIsDue => _sealedInPhase >= _packetsPerKey || (_sendEpoch == Epoch && ReceivePhase > SendPhase);

    public override void InstallEpoch(uint epoch, EpochSecrets secrets, bool peerIsReady = true)
    {
        if (_receive is not null && epoch <= _receive.Epoch)
        {
            ThrowEpochNotLater(epoch, _receive.Epoch);
        }

        if (_sendWhenPeerIsReady is null)
        {
            _previousEpoch?.Dispose();
            _previousEpoch = _receive;
        }
        else
        {
            // The peer never came to use the epoch before; the one it does use stays the previous.
            _sendWhenPeerIsReady.Dispose();
            _sendWhenPeerIsReady = null;
            _receive?.Dispose();
        }

        _receive = new ReceiveKeys<TAead>(epoch, secrets.Receive);
        _forgeries = 0;
        _sendWhenPeerIsReady = new PhaseKeys<TAead>(secrets.Send, phase: 0);
        if (peerIsReady || _send is null)
        {
            SendUnderNewEpoch();
        }
    }

    public override void OnPeerIsReady()
    {
        if (_sendWhenPeerIsReady is not null)
        {
            SendUnderNewEpoch();
        }
    }

    public override int Seal(Span<byte> packet, int payloadBytes, ulong destinationId, ulong packetNumber)
    {
        if (packetNumber < _nextPacketNumber || packetNumber > PacketNumber.Max)
        {
            ThrowNumberReused(packetNumber, _nextPacketNumber);
        }

        if (_send is null || KeysExhausted)
        {
            ThrowNoKeys(_send is null);
        }

        if (RekeyIsDue && _phaseAcknowledged)
        {
            PhaseKeys<TAead> old = _send;
            _send = old.DeriveNext();
            old.Dispose();
            StartSendPhase();
        }

        if (_sealedInPhase++ == 0)
        {
            _phaseStart = packetNumber;
        }

        _nextPacketNumber = packetNumber + 1;
        new DatagramHeader(_kind, (byte)_send.Phase, (ushort)_sendEpoch, destinationId, (uint)packetNumber).Format(packet);
        _send.Seal(packet, payloadBytes, packetNumber);
        return payloadBytes + OverheadBytes;
    }

    public override OpenStatus TryOpen(Span<byte> packet, ReplayWindow replays, long nowNs, out ulong packetNumber, out Range payload)
    {
        packetNumber = 0;
        payload = default;
        if (packet.Length < OverheadBytes || !DatagramHeader.TryParse(packet, out DatagramHeader header) || header.Kind != _kind)
        {
            return OpenStatus.Malformed;
        }

        packetNumber = PacketNumber.Expand(header.PacketNumberLow, replays.Largest);
        if (!replays.IsNew(packetNumber))
        {
            return OpenStatus.Replayed;
        }

        ReceiveKeys<TAead>? epoch = FindEpoch(header.Epoch);
        PhaseKeys<TAead>? keys = epoch?.Find(header.KeyPhase);
        if (keys is null)
        {
            return OpenStatus.UnknownKeys;
        }

        if (!keys.TryOpen(packet, packetNumber))
        {
            _forgeries++;
            return OpenStatus.Forged;
        }

        replays.Accept(packetNumber);
        epoch!.OnOpened(keys, nowNs);
        if (_sendWhenPeerIsReady is not null && epoch == _receive)
        {
            SendUnderNewEpoch();
        }

        payload = DatagramHeader.Size..(packet.Length - TAead.TagBytes);
        return OpenStatus.Opened;
    }

    public override void OnAcknowledged(ulong packetNumber)
    {
        // Numbers only rise, so whatever is not older than the phase's first packet was sealed in the phase.
        if (_sealedInPhase > 0 && packetNumber >= _phaseStart && packetNumber < _nextPacketNumber)
        {
            _phaseAcknowledged = true;
        }
    }

    public override void DropPrevious(long nowNs)
    {
        _receive?.DropPrevious(nowNs);
        _previousEpoch?.DropPrevious(nowNs);
    }

    public override bool DropPreviousEpoch()
    {
        if (_sendWhenPeerIsReady is not null)
        {
            return false;
        }

        _previousEpoch?.Dispose();
        _previousEpoch = null;
        return true;
    }

    public override void Dispose()
    {
        _send?.Dispose();
        _sendWhenPeerIsReady?.Dispose();
        _sendWhenPeerIsReady = null;
        _receive?.Dispose();
        _previousEpoch?.Dispose();
        _send = null;
        _receive = null;
        _previousEpoch = null;
    }

    private void SendUnderNewEpoch()
    {
        _send?.Dispose();
        _send = _sendWhenPeerIsReady;
        _sendWhenPeerIsReady = null;
        _sendEpoch = Epoch;
        StartSendPhase();
    }

    private void StartSendPhase()
    {
        _sealedInPhase = 0;
        _phaseAcknowledged = false;
    }

    private ReceiveKeys<TAead>? FindEpoch(ushort epochLow) =>
        _receive is not null && (ushort)_receive.Epoch == epochLow ? _receive
        : _previousEpoch is not null && (ushort)_previousEpoch.Epoch == epochLow ? _previousEpoch
        : null;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowEpochNotLater(uint epoch, uint current) =>
        throw new InvalidOperationException($"Epoch {epoch} cannot follow epoch {current}.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowNumberReused(ulong packetNumber, ulong next) =>
        throw new InvalidOperationException($"Packet number {packetNumber} cannot be sealed: {next} is the next one free.");

    [MethodImpl(MethodImplOptions.NoInlining)]
    [DoesNotReturn]
    private static void ThrowNoKeys(bool neverInstalled) =>
        throw new InvalidOperationException(neverInstalled ? "No epoch is installed." : "The keys of this epoch are exhausted.");
}
