using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Scp.Protocol;
using Scp.Protocol.Session;

namespace Scp.Transport.Udp;

/// <summary>
/// Datagrams written one behind the other, with no gap, so that a run of equal ones is a single piece of memory to the
/// kernel. The memory is pinned: system calls point into it.
/// </summary>
internal sealed class OutgoingBatch
{
    /// <summary>Room for some two hundred datagrams of the base size, and small enough to stay in a core's cache.</summary>
    public const int ArenaBytes = 256 * 1024;

    /// <summary>Datagrams before a flush comes by itself.</summary>
    public const int MaxDatagrams = 256;

    /// <summary>The kernel splits a run into so many at most: the least UDP_MAX_SEGMENTS of its versions.</summary>
    public const int MaxRunDatagrams = 64;

    /// <summary>A run travels the stack as one IP packet, whose length has sixteen bits and covers the headers too.</summary>
    public const int MaxRunBytes = 65_000;

    private readonly byte[] _arena = GC.AllocateUninitializedArray<byte>(ArenaBytes, pinned: true);
    private readonly Entry[] _entries = new Entry[MaxDatagrams];
    private int _usedBytes;

    public int Count { get; private set; }

    public bool HasRoom => Count < MaxDatagrams && ArenaBytes - _usedBytes >= ScpLimits.MaxDatagramBytes;

    /// <summary>Where the next datagram is to be written; only while there <see cref="HasRoom"/>.</summary>
    public Span<byte> Room => _arena.AsSpan(_usedBytes, ScpLimits.MaxDatagramBytes);

    /// <summary>Takes what was written at the start of the <see cref="Room"/>.</summary>
    public void Add(in Transmit transmit)
    {
        if (!HasRoom || (uint)transmit.Length > ScpLimits.MaxDatagramBytes)
        {
            ThrowNotReserved(transmit.Length);
        }

        _entries[Count++] = new Entry(transmit.Path, _usedBytes, transmit.Length);
        _usedBytes += transmit.Length;
    }

    public void Clear()
    {
        Count = 0;
        _usedBytes = 0;
    }

    public PathId PathOf(int index) => _entries[index].Path;

    public int LengthOf(int index) => _entries[index].Length;

    public ReadOnlySpan<byte> BytesOf(int index) => _arena.AsSpan(_entries[index].Offset, _entries[index].Length);

    /// <summary>Stays where it is as long as this batch lives.</summary>
    public unsafe byte* AddressOf(int index) =>
        (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_arena)) + _entries[index].Offset;

    /// <summary>
    /// How many datagrams from this one on the kernel can take as one run: to one address, of one length, but the last may
    /// be shorter. One when there is no run.
    /// </summary>
    public int RunFrom(int first, out int bytes)
    {
        ref readonly Entry head = ref _entries[first];
        bytes = head.Length;
        int next = first + 1;
        int limit = Math.Min(Count, first + MaxRunDatagrams);
        while (next < limit && _entries[next - 1].Length == head.Length)
        {
            ref readonly Entry entry = ref _entries[next];
            if (entry.Length == 0 || entry.Length > head.Length || bytes + entry.Length > MaxRunBytes || entry.Path != head.Path)
            {
                break;
            }

            bytes += entry.Length;
            next++;
        }

        return next - first;
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowNotReserved(int length) =>
        throw new InvalidOperationException($"A datagram of {length} bytes was committed to room that was not reserved for it.");

    private readonly record struct Entry(PathId Path, int Offset, int Length);
}
