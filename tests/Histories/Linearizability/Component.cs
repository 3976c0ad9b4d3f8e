namespace Histories.Linearizability;

/// <summary>Items that belong together, and their keys in the order in which they first came up.</summary>
public sealed class Component<T>
{
    private readonly List<T> _items = [];
    private readonly List<string> _keys = [];
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public IReadOnlyList<T> Items => _items;

    public IReadOnlyList<string> Keys => _keys;

    internal void Add(T item, IEnumerable<string> keys)
    {
        _items.Add(item);
        _keys.AddRange(keys.Where(_known.Add));
    }
}
