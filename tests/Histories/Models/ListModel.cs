using Histories.Linearizability;

namespace Histories.Models;

/// <summary>
/// A list that grows by appends and is read whole. As it never shrinks, the longest list that was read says what the
/// first appends were: an order that begins otherwise is refused at once.
/// </summary>
public sealed class ListModel : IModel<ListState, ListCall>
{
    private readonly IReadOnlyList<string> _longestRead;

    /// <param name="calls">All calls that will be checked.</param>
    public ListModel(IEnumerable<TimedCall<ListCall>> calls)
    {
        _longestRead = calls.Where(c => c.IsCertain).Select(c => c.Call.Read).MaxBy(read => read.Count) ?? [];
    }

    public ListState Initial => ListState.Empty;

    public bool TryApply(ListState state, ListCall call, out ListState next)
    {
        if (call.Appended is not { } item)
        {
            next = state;
            return state.Holds(call.Read);
        }

        next = state.Append(item);
        return state.Count >= _longestRead.Count || string.Equals(_longestRead[state.Count], item, StringComparison.Ordinal);
    }

    public bool IsRead(ListCall call) => call.Appended is null;

    public string Describe(ListState state) => state.ToString();
}
