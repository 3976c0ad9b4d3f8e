using System.Text.Json;

namespace Histories.Recording;

/// <summary>A JSON object of a history line, asked for its properties; whatever is wrong is said with the line's number.</summary>
internal sealed class JsonFields
{
    private readonly JsonElement _object;
    private readonly int _line;

    public JsonFields(JsonElement element, int line, string what, params ReadOnlySpan<string> known)
    {
        _object = element;
        _line = line;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new HistoryFormatException(line, $"{what} is not an object");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                throw new HistoryFormatException(line, $"{what} has an unknown property \"{property.Name}\"");
            }
        }
    }

    public HistoryFormatException Wrong(string name, string problem) => new(_line, $"\"{name}\" {problem}");

    public string Text(string name) => Find(name) is { ValueKind: JsonValueKind.String } found
        ? found.GetString()!
        : throw Wrong(name, "is missing or not a string");

    /// <summary>A string or an explicit null: what is left out altogether must not pass for an absent value.</summary>
    public string? TextOrNull(string name) => Find(name) is { } found ? StringOrNull(found, name) : throw Wrong(name, "is missing");

    /// <summary>A string, or a whole number standing for one.</summary>
    public string Name(string name) => Find(name) is { ValueKind: JsonValueKind.Number } found && found.TryGetInt64(out _)
        ? found.GetRawText()
        : Text(name);

    public bool Bool(string name) => Find(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } found
        ? found.GetBoolean()
        : throw Wrong(name, "is missing or neither true nor false");

    /// <summary>A whole number; null where the property is null or left out.</summary>
    public long? Number(string name) => Find(name) switch
    {
        null or { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.Number } found when found.TryGetInt64(out long number) => number,
        _ => throw Wrong(name, "is not a whole number of 64 bits"),
    };

    public void MustBeNull(string name, string why)
    {
        if (Find(name) is { ValueKind: not JsonValueKind.Null })
        {
            throw Wrong(name, $"must be null or left out: {why}");
        }
    }

    public JsonFields Object(string name, params ReadOnlySpan<string> known) => Find(name) is { } found
        ? new JsonFields(found, _line, $"\"{name}\"", known)
        : throw Wrong(name, "is missing");

    public List<string> DistinctTexts(string name)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Array } found)
        {
            throw Wrong(name, "is missing or not an array");
        }

        List<string> texts = [];
        foreach (JsonElement item in found.EnumerateArray())
        {
            string text = item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Wrong(name, "holds something that is not a string");
            texts.Add(!texts.Contains(text) ? text : throw Wrong(name, $"names \"{text}\" twice"));
        }

        return texts;
    }

    public List<(string Key, string Value)> TextMap(string name)
    {
        if (Find(name) is not { ValueKind: JsonValueKind.Object } found)
        {
            throw Wrong(name, "is missing or not an object");
        }

        return [.. found.EnumerateObject().Select(p =>
            (p.Name, p.Value.ValueKind == JsonValueKind.String ? p.Value.GetString()! : throw Wrong(name, $"has no string for \"{p.Name}\"")))];
    }

    /// <summary>One value or null for each key: as an array in the order of the keys, or as an object by key.</summary>
    public List<string?> Values(string name, IReadOnlyList<string> keys)
    {
        switch (Find(name))
        {
            case { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == keys.Count:
                return [.. list.EnumerateArray().Select(item => StringOrNull(item, name))];
            case { ValueKind: JsonValueKind.Object } map when map.GetPropertyCount() == keys.Count:
                return [.. keys.Select(key => map.TryGetProperty(key, out JsonElement item)
                    ? StringOrNull(item, name)
                    : throw Wrong(name, $"has nothing for \"{key}\""))];
            default:
                throw Wrong(name, $"is not an array or object of as many values as keys were read ({keys.Count})");
        }
    }

    private string? StringOrNull(JsonElement item, string name) => item.ValueKind is JsonValueKind.String or JsonValueKind.Null
        ? item.GetString()
        : throw Wrong(name, "is or holds something that is neither a string nor null");

    private JsonElement? Find(string name) => _object.TryGetProperty(name, out JsonElement found) ? found : null;
}
