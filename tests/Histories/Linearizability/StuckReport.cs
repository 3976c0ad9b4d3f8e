using System.Text;

namespace Histories.Linearizability;

/// <summary>Says in a few lines where the longest order ends, in which state, and why none of the calls due then fits.</summary>
internal sealed class StuckReport<TState, TCall>(
    IModel<TState, TCall> model, IReadOnlyList<TimedCall<TCall>> calls, Windows windows, FactTable facts)
    where TState : notnull, IEquatable<TState>
    where TCall : notnull
{
    private const int MaxCallsShown = 8;

    public string Write(IReadOnlyList<int> longest)
    {
        var ledger = new Ledger<TState, TCall>(model, facts);
        bool[] isPlaced = new bool[calls.Count];
        TState state = model.Initial;
        foreach (int call in longest)
        {
            _ = model.TryApply(state, calls[call].Call, out state);
            ledger.Place(call);
            isPlaced[call] = true;
        }

        var text = new StringBuilder();
        _ = text.AppendLine(FormattableString.Invariant(
            $"{longest.Count(IsCertain)} of {calls.Count(c => c.IsCertain)} answered operations can be put in order, no more were found to fit"));
        WriteLast(text, longest);
        _ = text.Append("the state then: ").AppendLine(model.Describe(state));
        WriteUnplaced(text, Due(isPlaced), state, ledger);
        return text.ToString().TrimEnd();
    }

    /// <summary>The contradiction in a sentence.</summary>
    public string Describe(Contradiction impossible)
    {
        string[] reasons = [.. Reason("before", impossible.NotBefore), .. Reason("after", impossible.NotAfter)];
        return $"no moment is left for {Describe(impossible.Call)}: given all answers it cannot come {string.Join(" nor ", reasons)}";

        IEnumerable<string> Reason(string side, int call) => call == impossible.Call ? [] : [$"{side} {Describe(call)}"];
    }

    private bool IsCertain(int call) => calls[call].IsCertain;

    private void WriteLast(StringBuilder text, IReadOnlyList<int> longest)
    {
        if (longest.Count > 0)
        {
            _ = text.AppendLine(longest.Count > MaxCallsShown ? $"the last {MaxCallsShown} of that order:" : "that order:");
        }

        foreach (int call in longest.TakeLast(MaxCallsShown))
        {
            _ = text.Append("  ").AppendLine(Describe(call));
        }
    }

    private void WriteUnplaced(StringBuilder text, List<int> due, TState state, Ledger<TState, TCall> ledger)
    {
        _ = text.AppendLine("what has to come next, and does not fit:");
        foreach (int call in due.Take(MaxCallsShown))
        {
            _ = text.Append("  ").Append(Describe(call)).Append(": ").AppendLine(Why(call, state, ledger));
        }

        if (due.Count > MaxCallsShown)
        {
            _ = text.Append("  and ").Append(due.Count - MaxCallsShown).AppendLine(" more");
        }
    }

    /// <summary>The unplaced certain calls that start before the most urgent of them ends, that one first.</summary>
    private List<int> Due(bool[] isPlaced)
    {
        int[] open = [.. Enumerable.Range(0, calls.Count).Where(i => windows.IsCertain[i] && !isPlaced[i])];
        long urgentNs = open.Length == 0 ? 0 : open.Min(i => windows.EndNs[i]);
        return [.. open.Where(i => windows.StartNs[i] <= urgentNs).OrderBy(i => windows.EndNs[i])];
    }

    private string Why(int call, TState state, Ledger<TState, TCall> ledger)
    {
        if (!model.TryApply(state, calls[call].Call, out TState next))
        {
            return "not in this state";
        }

        if (ledger.FindLost(call, state, next) is { } lost && facts.Find(lost) is var fact)
        {
            int waiting = facts.Observers(fact).MaxBy(o => windows.StartNs[o]);
            return $"would end what cannot come back and was seen by {Describe(waiting)}";
        }

        return "leads no further";
    }

    private string Describe(int call)
    {
        TimedCall<TCall> timed = calls[call];
        return timed.IsCertain
            ? FormattableString.Invariant($"{timed.Call} [{timed.StartNs}..{timed.EndNs} ns]")
            : FormattableString.Invariant($"{timed.Call} [from {timed.StartNs} ns]");
    }
}
