namespace Consensus.Core;

public enum ReadAdmission
{
    /// <summary>A <see cref="ReadResult"/> follows.</summary>
    Accepted,

    /// <summary>There is no leader to ask at present.</summary>
    NoLeader,

    /// <summary>Too many reads wait (<see cref="RaftOptions.MaxPendingReads"/>).</summary>
    Overloaded,
}
