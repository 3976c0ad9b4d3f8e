using Consensus.Core;

namespace Consensus;

/// <summary>A replica to be opened.</summary>
/// <param name="Founding">
/// Of a replica that has no log yet: the members the group begins with, the same for all of them; <see cref="Configuration.Empty"/>
/// for one that joins a group and will hear of its members from the leader. Null: there is to be a log.
/// </param>
public sealed record GroupSetup(GroupId Group, ReplicaId Replica, Configuration? Founding)
{
    public RaftOptions Options { get; init; } = new();
}
