using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Scp.Transport.Udp.Native;

/// <summary>An array that the collector never moves, and its address. The address is good while this object is reachable.</summary>
internal sealed unsafe class PinnedArray<T>
    where T : unmanaged
{
    private readonly T[] _array;

    public PinnedArray(int length)
    {
        _array = GC.AllocateArray<T>(length, pinned: true);
        Address = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
    }

    public T* Address { get; }

    public Span<T> Span => _array;
}
