using Consensus.Core;

namespace Consensus;

/// <summary>A replica as it stood after its last step.</summary>
public sealed record GroupStatus(
    GroupId Group,
    ReplicaId Replica,
    RaftRole Role,
    long Term,
    ReplicaId Leader,
    long LastIndex,
    long CommitIndex,
    long AppliedIndex,
    bool IsAsleep,
    Configuration Members);
