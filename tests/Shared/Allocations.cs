using System.Runtime;

namespace Tests.Shared;

/// <summary>Bytes that code allocates on its own thread.</summary>
internal static class Allocations
{
    private const long RoomBytes = 16 * 1024 * 1024;

    /// <summary>
    /// What the action allocates, of at most <see cref="RoomBytes"/>. No collection may come in between, not even a step of
    /// one in the background: it ends the thread's allocation buffer, and the unused rest would count as allocated.
    /// </summary>
    public static long Of(Action action)
    {
        if (!GC.TryStartNoGCRegion(RoomBytes))
        {
            throw new InvalidOperationException("The runtime cannot promise that no garbage collection comes in between.");
        }

        try
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        finally
        {
            if (GCSettings.LatencyMode == GCLatencyMode.NoGCRegion)
            {
                GC.EndNoGCRegion();
            }
        }
    }
}
