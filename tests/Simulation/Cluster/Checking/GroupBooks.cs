using Consensus;

namespace Simulation.Cluster.Checking;

/// <summary>One book for each group.</summary>
internal sealed class GroupBooks(int groups, Func<string> when)
{
    public IReadOnlyList<GroupBook> All { get; } = [.. Enumerable.Range(1, groups).Select(group => new GroupBook(new GroupId((ulong)group), when))];

    public GroupBook this[GroupId group] => All[(int)group.Value - 1];
}
