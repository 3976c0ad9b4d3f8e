using Scp.Protocol.Wire;

namespace Scp.Protocol.Redundancy;

/// <summary>
/// Rebuilds lost packets from parity frames.
/// <para>
/// Every packet that arrives is told to <see cref="OnReceived"/> before its frames are processed, since that may reuse
/// its buffer; every parity frame to <see cref="TryRecover"/>. A rebuilt payload counts as received from then on: it is
/// returned once, and its frames are processed as if its packet had arrived, except that parity frames inside it are
/// ignored, so that one packet never sets off a chain. The original may still arrive when it was only late; whoever owns
/// the packet numbers drops it as a repeat.
/// </para>
/// <para>
/// A frame that lacks two packets or more is kept, up to <see cref="RedundancyLimits.MaxPendingParity"/> of them, the
/// oldest replaced: after every <see cref="OnReceived"/> the caller drains <see cref="TryRecoverPending"/>. Payloads are
/// kept while the peer sends parity and for a thousand packets after; a session without redundancy holds only numbers.
/// </para>
/// <para>Nothing a peer sends throws, and all memory is bounded by <see cref="RedundancyLimits"/>.</para>
/// </summary>
internal sealed class ParityDecoder
{
    private readonly PayloadWindow _window = new();
    private readonly Pending?[] _pending = new Pending?[RedundancyLimits.MaxPendingParity];
    private byte[] _rebuilt = [];
    private int _pendingCount;
    private int _pendingNext;
    private bool _pendingMayMove;
    private int _packetsSinceParity;

    /// <summary>Bytes of payloads held now.</summary>
    public int HeldBytes => _window.HeldBytes;

    public void OnReceived(ulong packetNumber, ReadOnlySpan<byte> payload)
    {
        if (_packetsSinceParity < RedundancyLimits.PayloadsKeptWithoutParity)
        {
            _packetsSinceParity++;
        }
        else if (_window.KeepsBytes)
        {
            _window.KeepsBytes = false;
        }

        _pendingMayMove |= _window.Add(packetNumber, payload) && _pendingCount > 0;
    }

    /// <summary>Whether a packet among the newest has been received or rebuilt; older ones count as received.</summary>
    public bool IsKnown(ulong packetNumber) => _window.StateOf(packetNumber, out _) != PayloadState.Missing;

    public RecoverResult TryRecover(scoped in ParityFrame frame)
    {
        _packetsSinceParity = 0;
        _window.KeepsBytes = true;
        RecoverResult result = Recover(frame.PacketNumbers, frame.Xor);
        if (result.Status == RecoverStatus.Pending)
        {
            Keep(frame);
        }

        return result;
    }

    /// <summary>
    /// Tries the kept frames again; false when none of them can tell anything new. A result is
    /// <see cref="RecoverStatus.Recovered"/> or <see cref="RecoverStatus.Malformed"/>.
    /// </summary>
    public bool TryRecoverPending(out RecoverResult result)
    {
        result = default;
        if (!_pendingMayMove)
        {
            return false;
        }

        foreach (Pending? pending in _pending)
        {
            if (pending is not { IsHeld: true })
            {
                continue;
            }

            result = Recover(pending.PacketNumbers, pending.Xor);
            if (result.Status == RecoverStatus.Pending)
            {
                continue;
            }

            pending.IsHeld = false;
            _pendingCount--;
            if (result.Status != RecoverStatus.None)
            {
                return true;
            }
        }

        _pendingMayMove = false;
        result = default;
        return false;
    }

    /// <summary>Gives memory back, as when a session has gone quiet. Numbers already received stay known.</summary>
    public void Release()
    {
        _window.Release();
        Array.Clear(_pending);
        _pendingCount = 0;
        _pendingMayMove = false;
        _rebuilt = [];
    }

    private RecoverResult Recover(scoped ReadOnlySpan<ulong> packetNumbers, scoped ReadOnlySpan<byte> xor)
    {
        ulong missing = 0;
        int missingCount = 0;
        foreach (ulong packetNumber in packetNumbers)
        {
            switch (_window.StateOf(packetNumber, out _))
            {
                case PayloadState.Gone:
                    return new RecoverResult(RecoverStatus.None);
                case PayloadState.Missing:
                    missing = packetNumber;
                    missingCount++;
                    break;
            }
        }

        return missingCount switch
        {
            0 => new RecoverResult(RecoverStatus.None),
            1 => Rebuild(missing, packetNumbers, xor),
            _ => new RecoverResult(RecoverStatus.Pending),
        };
    }

    private RecoverResult Rebuild(ulong missing, scoped ReadOnlySpan<ulong> packetNumbers, scoped ReadOnlySpan<byte> xor)
    {
        if (_rebuilt.Length < xor.Length)
        {
            _rebuilt = new byte[Math.Min((xor.Length + 255) & ~255, ScpLimits.MaxDatagramBytes)];
        }

        Span<byte> rebuilt = _rebuilt.AsSpan(0, xor.Length);
        xor.CopyTo(rebuilt);
        foreach (ulong packetNumber in packetNumbers)
        {
            if (packetNumber == missing)
            {
                continue;
            }

            _ = _window.StateOf(packetNumber, out ReadOnlySpan<byte> payload);
            if (sizeof(ushort) + payload.Length > rebuilt.Length)
            {
                return new RecoverResult(RecoverStatus.Malformed);
            }

            Xor.PayloadInto(rebuilt, payload);
        }

        int length = rebuilt[0] | (rebuilt[1] << 8);
        Span<byte> body = rebuilt[sizeof(ushort)..];
        if (length > body.Length || body[length..].ContainsAnyExcept((byte)0))
        {
            return new RecoverResult(RecoverStatus.Malformed);
        }

        if (_window.Add(missing, body[..length]) && _pendingCount > 0)
        {
            _pendingMayMove = true;
        }

        return new RecoverResult(missing, body[..length]);
    }

    private void Keep(in ParityFrame frame)
    {
        Pending pending = _pending[_pendingNext] ??= new Pending();
        _pendingNext = (_pendingNext + 1) % _pending.Length;
        _pendingCount += pending.IsHeld ? 0 : 1;
        pending.Hold(frame);
    }

    /// <summary>A parity frame copied out of its packet.</summary>
    private sealed class Pending
    {
        private CoveredPackets _numbers;
        private byte[] _xor = [];
        private int _count;
        private int _xorBytes;

        public bool IsHeld { get; set; }

        public ReadOnlySpan<ulong> PacketNumbers => ((ReadOnlySpan<ulong>)_numbers)[.._count];

        public ReadOnlySpan<byte> Xor => _xor.AsSpan(0, _xorBytes);

        public void Hold(in ParityFrame frame)
        {
            IsHeld = true;
            _count = frame.Count;
            frame.PacketNumbers.CopyTo(_numbers);
            _xorBytes = frame.Xor.Length;
            if (_xor.Length < _xorBytes)
            {
                _xor = new byte[Math.Min((_xorBytes + 255) & ~255, ScpLimits.MaxDatagramBytes)];
            }

            frame.Xor.CopyTo(_xor);
        }
    }
}
