namespace Histories.Linearizability;

/// <summary>
/// Decides whether calls on one object can have taken effect one at a time, each at a moment between its start and its
/// end, with the outcomes they had. A verdict is proven or it is <see cref="Verdict.Unknown"/>.
/// </summary>
public static class LinearizabilityChecker
{
    /// <summary>Once the verdict is certain, what is spent to find words for it.</summary>
    private const long MaxExplanationSteps = 100_000;

    public static CheckResult Check<TState, TCall>(
        IModel<TState, TCall> model, IReadOnlyList<TimedCall<TCall>> calls, CheckLimits? limits = null)
        where TState : notnull, IEquatable<TState>
        where TCall : notnull => Check(model, calls, limits ?? CheckLimits.Default, DeadlineOf(limits ?? CheckLimits.Default));

    internal static CheckResult Check<TState, TCall>(
        IModel<TState, TCall> model, IReadOnlyList<TimedCall<TCall>> calls, CheckLimits limits, long deadline)
        where TState : notnull, IEquatable<TState>
        where TCall : notnull
    {
        if (calls.Any(c => c.IsCertain && c.EndNs < c.StartNs))
        {
            throw new ArgumentException("a call ends before it starts", nameof(calls));
        }

        var facts = FactTable.Of(model, calls);
        var windows = Windows.Of(calls);
        if (Narrowing.Narrow(windows, facts) is { } impossible)
        {
            return new CheckResult(Verdict.NotLinearizable, Explain(model, calls, facts, impossible), 0);
        }

        var search = new Search<TState, TCall>(model, calls, windows, facts, limits, deadline);
        Verdict verdict = search.Run();
        string explanation = verdict switch
        {
            Verdict.Linearizable => "",
            Verdict.Unknown => FormattableString.Invariant($"no verdict on {calls.Count} operations within {search.Steps} steps; {search.Longest.Count} were put in order"),
            _ => new StuckReport<TState, TCall>(model, calls, windows, facts).Write(search.Longest),
        };
        return new CheckResult(verdict, explanation, search.Steps);
    }

    internal static long DeadlineOf(CheckLimits limits) => limits.MaxTime == Timeout.InfiniteTimeSpan
        ? long.MaxValue
        : limits.Clock.GetTimestamp() + (long)(limits.MaxTime.TotalSeconds * limits.Clock.TimestampFrequency);

    /// <summary>
    /// The narrowed windows exclude each other; short searches in the windows as they were show how far an order goes, one
    /// that never lets a needed fact end and one that does and may come further for it.
    /// </summary>
    private static string Explain<TState, TCall>(
        IModel<TState, TCall> model, IReadOnlyList<TimedCall<TCall>> calls, FactTable facts, Contradiction impossible)
        where TState : notnull, IEquatable<TState>
        where TCall : notnull
    {
        var windows = Windows.Of(calls);
        var limits = new CheckLimits { MaxSteps = MaxExplanationSteps };
        IReadOnlyList<int> longest = [];
        foreach (FactTable heeded in (FactTable[])[facts, FactTable.Without(calls.Count)])
        {
            var search = new Search<TState, TCall>(model, calls, windows, heeded, limits, deadline: long.MaxValue);
            _ = search.Run();
            longest = search.Longest.Count(i => calls[i].IsCertain) > longest.Count(i => calls[i].IsCertain) ? search.Longest : longest;
        }

        var report = new StuckReport<TState, TCall>(model, calls, windows, facts);
        return report.Describe(impossible) + Environment.NewLine + report.Write(longest);
    }
}
