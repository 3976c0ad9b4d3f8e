namespace LoadGen.Raft;

/// <summary>What clients ask of the nodes, beside what nodes say to each other.</summary>
internal static class RaftTopics
{
    /// <summary>Propose a command to a group; answered when it is applied, or not to be.</summary>
    public const uint Propose = 16;
}
