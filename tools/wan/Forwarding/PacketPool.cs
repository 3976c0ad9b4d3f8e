using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wan.Forwarding;

/// <summary>
/// Room for packets under way, taken from the kernel once and counted in slots of one packet each; a slot that two copies
/// share is free when both have let go. Outside the managed heap: the collector never looks at it, and pages that no packet
/// has touched cost nothing. Owned by one thread.
/// </summary>
internal sealed unsafe class PacketPool : IDisposable
{
    /// <summary>What packets under way may occupy: 2 s of a gigabit line.</summary>
    public const long DefaultBytes = 256L << 20;

    private const int CacheLineBytes = 64;

    private readonly int _slotBytes;
    private readonly int[] _free;
    private readonly byte[] _holders;
    private byte* _memory;
    private int _freeCount;

    public PacketPool(int packetBytes, long totalBytes = DefaultBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(packetBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(totalBytes, 2L * packetBytes);
        PacketBytes = packetBytes;
        _slotBytes = (packetBytes + CacheLineBytes - 1) / CacheLineBytes * CacheLineBytes;
        int slots = (int)Math.Max(1, totalBytes / _slotBytes);
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)slots * (nuint)_slotBytes, CacheLineBytes);
        _holders = new byte[slots];
        _free = new int[slots];
        for (int i = 0; i < slots; i++)
        {
            // Low slots last, so that they are taken first and quiet traffic stays in warm pages.
            _free[i] = slots - 1 - i;
        }

        _freeCount = slots;
    }

    /// <summary>The largest packet that fits a slot.</summary>
    public int PacketBytes { get; }

    public int SlotCount => _free.Length;

    public int FreeCount => _freeCount;

    /// <summary>A slot with one holder; false when all are in use.</summary>
    public bool TryTake(out int slot)
    {
        if (_freeCount == 0)
        {
            slot = -1;
            return false;
        }

        slot = _free[--_freeCount];
        _holders[slot] = 1;
        return true;
    }

    /// <summary>One holder more, for another copy of the same packet.</summary>
    public void Share(int slot)
    {
        if (_holders[slot] is 0 or byte.MaxValue)
        {
            ThrowMiscounted(slot);
        }

        _holders[slot]++;
    }

    public void Release(int slot)
    {
        if (_holders[slot] == 0)
        {
            ThrowMiscounted(slot);
        }

        if (--_holders[slot] == 0)
        {
            _free[_freeCount++] = slot;
        }
    }

    public byte* AddressOf(int slot) => _memory + ((nint)slot * _slotBytes);

    public Span<byte> Bytes(int slot, int lengthBytes) => new(AddressOf(slot), Math.Min(lengthBytes, _slotBytes));

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ThrowMiscounted(int slot) =>
        throw new InvalidOperationException($"Slot {slot} has {_holders[slot]} holders, so it can be neither shared nor released.");
}
