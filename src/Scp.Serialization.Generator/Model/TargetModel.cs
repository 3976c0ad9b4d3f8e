namespace Scp.Serialization.Generator.Model;

/// <summary>
/// All that the emitter knows of a marked type. Holds neither symbols nor syntax, so that the compiler can compare it
/// with that of the last keystroke and reuse what was generated then.
/// </summary>
/// <param name="Namespace">Empty for the global one.</param>
/// <param name="Declarations">Partial declarations from the outermost type in, such as "partial record struct NodeId".</param>
/// <param name="Name">Fully qualified.</param>
/// <param name="HintName">Unique within the compilation, fit for a file name.</param>
/// <param name="Members">In the order of their keys.</param>
internal sealed record TargetModel(
    string Namespace,
    EquatableArray<string> Declarations,
    string Name,
    string HintName,
    bool IsReference,
    EquatableArray<MemberModel> Members)
{
    /// <summary>Length of the array on the wire.</summary>
    public int ArrayLength => Members.Count == 0 ? 0 : Members[Members.Count - 1].Key + 1;
}
