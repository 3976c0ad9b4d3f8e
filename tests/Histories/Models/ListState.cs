namespace Histories.Models;

/// <summary>A list that appends make longer, sharing what came before; its hash is kept so that comparing is cheap.</summary>
public sealed class ListState : IEquatable<ListState>
{
    private readonly ListState? _before;
    private readonly string _last;
    private readonly int _hash;

    private ListState(ListState? before, string last)
    {
        _before = before;
        _last = last;
        Count = before is null ? 0 : before.Count + 1;
        _hash = HashCode.Combine(before?._hash ?? 0, last);
    }

    public static ListState Empty { get; } = new(null, "");

    public int Count { get; }

    public ListState Append(string item) => new(this, item);

    public bool Holds(IReadOnlyList<string> items)
    {
        if (items.Count != Count)
        {
            return false;
        }

        ListState state = this;
        for (int i = items.Count - 1; i >= 0; i--, state = state._before!)
        {
            if (!string.Equals(state._last, items[i], StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    public bool Equals(ListState? other)
    {
        ListState? mine = this;
        while (!ReferenceEquals(mine, other))
        {
            if (other is null || mine is null || mine._hash != other._hash || mine.Count != other.Count
                || !string.Equals(mine._last, other._last, StringComparison.Ordinal))
            {
                return false;
            }

            mine = mine._before;
            other = other._before;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as ListState);

    public override int GetHashCode() => _hash;

    public override string ToString()
    {
        Stack<string> items = [];
        for (ListState state = this; state._before is not null; state = state._before)
        {
            items.Push(state._last);
        }

        return $"[{string.Join(", ", items)}]";
    }
}
