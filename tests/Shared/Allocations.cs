namespace Tests.Shared;

/// <summary>Bytes that code allocates on its own thread.</summary>
internal static class Allocations
{
    private const int MaxTries = 50;

    /// <summary>
    /// What the action allocates. A garbage collection ends the thread's allocation buffer, and the unused rest of it then
    /// counts as allocated, whoever caused the collection; so the action runs again until none came in between.
    /// </summary>
    public static long Of(Action action)
    {
        for (int tries = 0; tries < MaxTries; tries++)
        {
            int collections = GC.CollectionCount(0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (GC.CollectionCount(0) == collections)
            {
                return allocated;
            }
        }

        throw new InvalidOperationException($"Every one of {MaxTries} runs met a garbage collection; make the measured action shorter.");
    }
}
