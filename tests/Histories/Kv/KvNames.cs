namespace Histories.Kv;

/// <summary>Numbers values; 0 is no value.</summary>
internal sealed class KvNames
{
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string?> _names = [null];

    public int IdOf(string? value)
    {
        if (value is null)
        {
            return 0;
        }

        if (!_ids.TryGetValue(value, out int id))
        {
            id = _names.Count;
            _ids.Add(value, id);
            _names.Add(value);
        }

        return id;
    }

    public string? NameOf(int id) => _names[id];
}
