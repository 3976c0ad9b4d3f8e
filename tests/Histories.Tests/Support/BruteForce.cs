namespace Histories.Tests.Support;

/// <summary>
/// The oracle: tries every subset of the uncertain calls and every order of what then happened, against the definition
/// and nothing cleverer. For a handful of calls.
/// </summary>
internal static class BruteForce
{
    public delegate bool Step<TState, TCall>(TState state, TCall call, out TState next);

    public static bool IsLinearizable<TState, TCall>(IReadOnlyList<Span<TCall>> calls, TState initial, Step<TState, TCall> step)
    {
        int[] uncertain = [.. Enumerable.Range(0, calls.Count).Where(i => calls[i].EndNs is null)];
        for (int subset = 0; subset < 1 << uncertain.Length; subset++)
        {
            IEnumerable<Span<TCall>> happened = calls.Where((c, i) => c.EndNs is not null || (subset >> Array.IndexOf(uncertain, i) & 1) != 0);
            if (AnyOrder([.. happened], [], initial, step))
            {
                return true;
            }
        }

        return false;
    }

    private static bool AnyOrder<TState, TCall>(List<Span<TCall>> left, List<Span<TCall>> order, TState state, Step<TState, TCall> step)
    {
        if (left.Count == 0)
        {
            return RespectsTime(order);
        }

        foreach (Span<TCall> call in left)
        {
            if (step(state, call.Call, out TState next)
                && AnyOrder([.. left.Where(other => !ReferenceEquals(other, call))], [.. order, call], next, step))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>No call stands before one that ended before it started.</summary>
    private static bool RespectsTime<TCall>(List<Span<TCall>> order)
    {
        for (int i = 0; i < order.Count; i++)
        {
            for (int j = i + 1; j < order.Count; j++)
            {
                if (order[j].EndNs < order[i].StartNs)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>A call that took effect between its start and its end, or with no end after its start if ever.</summary>
    public sealed record Span<TCall>(TCall Call, long StartNs, long? EndNs);
}
