namespace Histories.Recording;

/// <summary>What the clients of one run did, in any order; the times are of one clock.</summary>
public sealed class History(IEnumerable<Operation> operations)
{
    public IReadOnlyList<Operation> Operations { get; } = [.. operations];
}
