using Histories.Recording;

namespace Histories.Kv;

/// <summary>Numbers values; 0 is no value, and 1 any value that no answer tells from another.</summary>
internal sealed class KvNames
{
    public const int Absent = 0;
    public const int Unseen = 1;


    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly List<string?> _names = [null, null];

    public int IdOf(string? value)
    {
        if (value is null)
        {
            return Absent;
        }

        if (!_ids.TryGetValue(value, out int id))
        {
            id = _names.Count;
            _ids.Add(value, id);
            _names.Add(value);
        }

        return id;
    }

    public string Describe(int id) => id == Unseen ? "a value that nobody saw" : Operation.Quote(_names[id]);
}
