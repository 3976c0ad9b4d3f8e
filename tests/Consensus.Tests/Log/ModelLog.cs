using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>All groups of a log, and the steps by which they change: whatever order they are written in, a crash may cut there.</summary>
public sealed class ModelLog
{
    private readonly SortedDictionary<ulong, ModelGroup> _groups = [];

    public ModelGroup this[GroupId id]
    {
        get
        {
            if (!_groups.TryGetValue(id.Value, out ModelGroup? group))
            {
                group = new ModelGroup();
                _groups.Add(id.Value, group);
            }

            return group;
        }
    }

    public ModelLog Copy()
    {
        var copy = new ModelLog();
        foreach ((ulong id, ModelGroup group) in _groups)
        {
            copy._groups.Add(id, group.Copy());
        }

        return copy;
    }

    /// <summary>The changes of a write, one by one in the order in which they become durable.</summary>
    public static IEnumerable<Action<ModelLog>> StepsOf(GroupWrite write)
    {
        GroupId id = write.Group;
        if (write.IsRemoval)
        {
            yield return log => log._groups.Remove(id.Value);
        }

        if (write.HardState is { } hardState)
        {
            yield return log => log[id].SetHardState(hardState);
        }

        if (write.Mark is { } mark)
        {
            yield return log => log[id].SetMark(mark);
        }

        if (!write.AreEntriesRefused)
        {
            foreach (Entry entry in write.Entries)
            {
                yield return log => log[id].Append(entry);
            }
        }

        if (write.HardState is { } again)
        {
            yield return log => log[id].RaiseCommit(again);
        }
    }

    public string? Difference(NodeLog log, IEnumerable<GroupId> groups)
    {
        foreach (GroupId id in groups)
        {
            if (this[id].Difference(log.OpenGroup(id)) is { } difference)
            {
                return difference;
            }
        }

        return null;
    }
}
