namespace Histories.Models;

/// <summary>Appends an item to a list, or reads all of the list.</summary>
public sealed class ListCall
{
    private ListCall(string? appended, IReadOnlyList<string> read)
    {
        Appended = appended;
        Read = read;
    }

    /// <summary>The item, null for a read.</summary>
    public string? Appended { get; }

    /// <summary>What a read answered.</summary>
    public IReadOnlyList<string> Read { get; }

    public static ListCall Append(string item) => new(item, []);

    public static ListCall ReadAll(params IReadOnlyList<string> items) => new(null, items);

    public override string ToString() => Appended is null ? $"read -> [{string.Join(", ", Read)}]" : $"append {Appended}";
}
