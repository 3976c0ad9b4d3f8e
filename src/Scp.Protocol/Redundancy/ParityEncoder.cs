using System.Runtime.CompilerServices;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Redundancy;

/// <summary>
/// Gathers the payloads of packets as they are sent and says when the XOR of a group of them is to go out.
/// <para>
/// A group closes when it has <c>groupPackets</c> packets or its oldest is <c>delay</c> old, whichever is first; its
/// parity then waits until <c>spread</c> has passed since the newest packet it covers, so that one burst of losses does
/// not take a packet and its parity together. With <c>interleave</c> above one, consecutive packets go to different
/// groups in turn, so that a burst takes at most one packet of each.
/// </para>
/// <para>
/// What is taken is gone, whether or not it is sent: a caller whose budget refuses a group drops it, since parity that
/// waits for budget would come too late to help. Buffers are kept and grow to the largest payload seen; nothing is
/// allocated after that.
/// </para>
/// </summary>
internal sealed class ParityEncoder
{
    /// <summary>What <see cref="DueAtNs"/> says when nothing is waiting.</summary>
    public const long Never = long.MaxValue;

    private const int NoGroup = -1;

    private readonly Group?[] _groups = new Group?[RedundancyLimits.MaxParityGroups];
    private readonly int[] _openByTurn = new int[RedundancyLimits.MaxInterleave];
    private int _maxPayloadBytes;
    private int _groupPackets = 1;
    private int _interleave = 1;
    private long _delayNs;
    private long _spreadNs;
    private int _turn;
    private int _held;
    private int _dueGroup = NoGroup;
    private ulong _nextPacketNumber;

    public ParityEncoder(int maxPayloadBytes)
    {
        _maxPayloadBytes = maxPayloadBytes;
        Array.Fill(_openByTurn, NoGroup);
    }

    /// <summary>When the next group is due; <see cref="Never"/> when none is held.</summary>
    public long DueAtNs { get; private set; } = Never;

    /// <summary>The plaintext that fits a datagram on this path; changes when the path's MTU is found.</summary>
    public int MaxPayloadBytes
    {
        get => _maxPayloadBytes;
        set => _maxPayloadBytes = value;
    }

    /// <summary>
    /// Sets how packets are grouped from now on. Groups already held keep their packets and follow the new rule at once,
    /// so a shorter delay also hastens what is waiting.
    /// </summary>
    public void Configure(int groupPackets, long delayNs, int interleave, long spreadNs = 0)
    {
        _groupPackets = Math.Clamp(groupPackets, 1, ScpLimits.MaxParityPackets);
        _interleave = Math.Clamp(interleave, 1, RedundancyLimits.MaxInterleave);
        _delayNs = Math.Max(0, delayNs);
        _spreadNs = Math.Max(0, spreadNs);
        for (int turn = 0; turn < _openByTurn.Length; turn++)
        {
            if (_openByTurn[turn] != NoGroup && (turn >= _interleave || _groups[_openByTurn[turn]]!.Count >= _groupPackets))
            {
                Close(turn);
            }
        }

        _turn %= _interleave;
        FindDue();
    }

    /// <summary>
    /// Covers a packet just sent; numbers must rise. False when it is not covered: its parity would not fit a datagram,
    /// or every group is waiting to be taken.
    /// </summary>
    public bool Add(ulong packetNumber, ReadOnlySpan<byte> payload, long nowNs)
    {
        if (packetNumber < _nextPacketNumber)
        {
            ThrowPacketNumberFell();
        }

        _nextPacketNumber = packetNumber + 1;
        int xorBytes = sizeof(ushort) + payload.Length;
        if (xorBytes + ParityFrame.MaxOverheadBytes > _maxPayloadBytes || xorBytes > ScpLimits.MaxDatagramBytes)
        {
            return false;
        }

        int turn = _turn;
        int open = _openByTurn[turn];
        if (open != NoGroup && !_groups[open]!.CanTake(packetNumber, nowNs - _delayNs))
        {
            Close(turn);
            open = NoGroup;
        }

        if (open == NoGroup && (open = TryOpen(turn)) == NoGroup)
        {
            return false;
        }

        _turn = turn + 1 == _interleave ? 0 : turn + 1;
        Group group = _groups[open]!;
        group.Add(packetNumber, payload, nowNs);
        if (group.Count >= _groupPackets)
        {
            Close(turn);
        }

        FindDue();
        return true;
    }

    public bool IsDue(long nowNs) => nowNs >= DueAtNs;

    /// <summary>Hands out the group that is due longest and forgets it; false when none is due.</summary>
    public bool TryTake(long nowNs, out ParityGroup group)
    {
        if (!IsDue(nowNs))
        {
            group = default;
            return false;
        }

        Group due = _groups[_dueGroup]!;
        int turn = Array.IndexOf(_openByTurn, _dueGroup);
        if (turn >= 0)
        {
            _openByTurn[turn] = NoGroup;
        }

        due.IsHeld = false;
        _held--;
        group = new ParityGroup(due.PacketNumbers, due.Xor);
        FindDue();
        return true;
    }

    /// <summary>Forgets what is held, as when redundancy is switched off.</summary>
    public void Clear()
    {
        foreach (Group? group in _groups)
        {
            if (group is not null)
            {
                group.IsHeld = false;
            }
        }

        Array.Fill(_openByTurn, NoGroup);
        _held = 0;
        FindDue();
    }

    private int TryOpen(int turn)
    {
        for (int i = 0; i < _groups.Length; i++)
        {
            Group group = _groups[i] ??= new Group();
            if (!group.IsHeld)
            {
                group.Open();
                _held++;
                _openByTurn[turn] = i;
                return i;
            }
        }

        return NoGroup;
    }

    private void Close(int turn)
    {
        _groups[_openByTurn[turn]]!.IsClosed = true;
        _openByTurn[turn] = NoGroup;
    }

    private void FindDue()
    {
        DueAtNs = Never;
        _dueGroup = NoGroup;
        // With every group held, waiting out a burst would leave the next packets uncovered, so the oldest goes now.
        long spreadNs = _held == _groups.Length ? 0 : _spreadNs;
        for (int i = 0, left = _held; left > 0; i++)
        {
            Group? group = _groups[i];
            if (group is not { IsHeld: true })
            {
                continue;
            }

            left--;
            long closesAtNs = group.IsClosed ? group.NewestAtNs : group.OldestAtNs + _delayNs;
            long dueAtNs = Math.Max(closesAtNs, group.NewestAtNs + spreadNs);
            if (dueAtNs < DueAtNs)
            {
                DueAtNs = dueAtNs;
                _dueGroup = i;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowPacketNumberFell() =>
        throw new InvalidOperationException("Packets must be added to parity in the order in which they were numbered.");

    /// <summary>One group: its packets, newest first, and their XOR so far.</summary>
    private sealed class Group
    {
        private CoveredPackets _numbers;
        private byte[] _xor = [];
        private int _xorBytes;

        public bool IsHeld { get; set; }

        public bool IsClosed { get; set; }

        public int Count { get; private set; }

        public long OldestAtNs { get; private set; }

        public long NewestAtNs { get; private set; }

        /// <summary>Kept from the end of the list backwards, so that newest first needs no sorting.</summary>
        public ReadOnlySpan<ulong> PacketNumbers => ((ReadOnlySpan<ulong>)_numbers)[^Count..];

        public ReadOnlySpan<byte> Xor => _xor.AsSpan(0, _xorBytes);

        /// <summary>
        /// A group whose delay is over takes no more, or each packet would put its parity off by another spread; and a
        /// packet too far from the oldest would push that one out of the receiver's window.
        /// </summary>
        public bool CanTake(ulong packetNumber, long notOlderThanNs) =>
            OldestAtNs > notOlderThanNs && packetNumber - _numbers[^1] < ScpLimits.ParityWindowPackets;

        public void Open()
        {
            IsHeld = true;
            IsClosed = false;
            Count = 0;
            _xorBytes = 0;
        }

        public void Add(ulong packetNumber, ReadOnlySpan<byte> payload, long nowNs)
        {
            int needed = sizeof(ushort) + payload.Length;
            if (needed > _xorBytes)
            {
                if (needed > _xor.Length)
                {
                    Array.Resize(ref _xor, Math.Min((needed + 255) & ~255, ScpLimits.MaxDatagramBytes));
                }

                _xor.AsSpan(_xorBytes, needed - _xorBytes).Clear();
                _xorBytes = needed;
            }

            Redundancy.Xor.PayloadInto(_xor, payload);
            Count++;
            _numbers[^Count] = packetNumber;
            OldestAtNs = Count == 1 ? nowNs : OldestAtNs;
            NewestAtNs = nowNs;
        }
    }
}
