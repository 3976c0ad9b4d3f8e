namespace Histories.Linearizability;

/// <summary>
/// Decides whether calls on one object can have taken effect one at a time, each at a moment between its start and its
/// end, with the outcomes they had. A verdict is proven or it is <see cref="Verdict.Unknown"/>.
/// </summary>
public static class LinearizabilityChecker
{
    /// <summary>Once the verdict is certain, what is spent to find words for it.</summary>
    private const long MaxExplanationSteps = 200_000;

    public static CheckResult Check<TState, TCall>(
        IModel<TState, TCall> model, IReadOnlyList<TimedCall<TCall>> calls, CheckLimits? limits = null)
        where TState : notnull, IEquatable<TState> => Check(model, calls, limits ?? CheckLimits.Default, DeadlineOf(limits ?? CheckLimits.Default));

    internal static CheckResult Check<TState, TCall>(
        IModel<TState, TCall> model, IReadOnlyList<TimedCall<TCall>> calls, CheckLimits limits, long deadline)
        where TState : notnull, IEquatable<TState>
    {
        if (calls.Any(c => c.IsCertain && c.EndNs < c.StartNs))
        {
            throw new ArgumentException("a call ends before it starts", nameof(calls));
        }

        var facts = FactTable.Of(model, calls);
        var windows = Windows.Of(calls);
        int impossible = Narrowing.Narrow(windows, facts);
        if (impossible >= 0)
        {
            return ExplainImpossible(model, calls, facts, impossible);
        }

        var search = new Search<TState, TCall>(model, calls, windows, facts, limits, deadline);
        Verdict verdict = search.Run();
        string explanation = verdict switch
        {
            Verdict.Linearizable => "",
            Verdict.Unknown => FormattableString.Invariant($"no verdict on {calls.Count} operations within {search.Steps} steps; {search.Longest.Count} in order"),
            _ => new StuckReport<TState, TCall>(model, calls, windows, facts).Write(search.Longest),
        };
        return new CheckResult(verdict, explanation, search.Steps);
    }

    internal static long DeadlineOf(CheckLimits limits) => limits.MaxTime == Timeout.InfiniteTimeSpan
        ? long.MaxValue
        : limits.Clock.GetTimestamp() + (long)(limits.MaxTime.TotalSeconds * limits.Clock.TimestampFrequency);

    /// <summary>The narrowed windows exclude each other; a short search in the windows as they were shows where.</summary>
    private static CheckResult ExplainImpossible<TState, TCall>(
        IModel<TState, TCall> model, IReadOnlyList<TimedCall<TCall>> calls, FactTable facts, int impossible)
        where TState : notnull, IEquatable<TState>
    {
        var windows = Windows.Of(calls);
        var search = new Search<TState, TCall>(
            model, calls, windows, facts, new CheckLimits { MaxSteps = MaxExplanationSteps }, deadline: long.MaxValue);
        _ = search.Run();
        string where = new StuckReport<TState, TCall>(model, calls, windows, facts).Write(search.Longest);
        return new CheckResult(
            Verdict.NotLinearizable, $"given what the others saw, no moment is left for {calls[impossible].Call}{Environment.NewLine}{where}", search.Steps);
    }
}
