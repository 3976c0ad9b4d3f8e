namespace Tidy.Arrows;

/// <summary>
/// The arrows of the house (docs/architecture.md has the picture): for each project under src, what it may reference.
/// A project may also reference whatever those may reference. Projects that are planned stand here already, so that the
/// first reference of each is judged.
/// </summary>
public static class AllowedArrows
{
    public const string Generator = "Scp.Serialization.Generator";

    public static IReadOnlyDictionary<string, string[]> Table { get; } = new Dictionary<string, string[]>
    {
        ["Scp.Serialization"] = [],
        [Generator] = [],
        ["Scp.PathModel"] = [],
        ["Scp.Protocol"] = ["Scp.Serialization"],
        ["Scp.Transport"] = ["Scp.Protocol"],
        ["Fabric.Contracts"] = ["Scp.Serialization"],
        ["Fabric.Client"] = ["Scp.Transport", "Fabric.Contracts"],
        ["Consensus"] = ["Scp.Serialization"],
        ["ShardStore"] = ["Consensus", "Fabric.Contracts"],
        ["Fabric.Node"] = ["Fabric.Client", "ShardStore"],
        ["Tasks"] = ["Fabric.Contracts"],
        ["Ssm.Daemon"] = ["Fabric.Node"],
        ["Ena.Agent"] = ["Fabric.Node", "Tasks"],
        ["Fragmenter"] = ["Fabric.Contracts"],
        ["Fragments.Sdk"] = ["Scp.Serialization"],
        ["Fragments.Compiler"] = ["Fragments.Sdk"],
        ["Fragments.Worker"] = ["Fragments.Sdk"],
        ["Fabric.Testing"] = ["Fabric.Client", "ShardStore"],
    };

    /// <summary>Roslyn is large and full of reflection: only these may hold it, and no daemon can reach them.</summary>
    public static IReadOnlyList<string> MayUseRoslyn { get; } = [Generator, "Fragmenter", "Fragments.Compiler"];

    /// <summary>Everything that arrows lead to from a project, itself not counted.</summary>
    public static IReadOnlySet<string> ReachableFrom(string project, IReadOnlyDictionary<string, string[]> table)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(table[project]);
        while (open.TryPop(out var next))
        {
            if (reached.Add(next))
            {
                foreach (var further in table[next])
                {
                    open.Push(further);
                }
            }
        }

        return reached;
    }
}
