namespace Consensus.Core;

/// <summary>The answers to one question of a candidate's. A member's first answer counts.</summary>
internal sealed class VoteTally
{
    private readonly List<(ReplicaId Voter, bool Granted)> _votes = [];

    public void Clear() => _votes.Clear();

    public void Record(ReplicaId voter, bool granted)
    {
        if (!_votes.Exists(v => v.Voter == voter))
        {
            _votes.Add((voter, granted));
        }
    }

    public bool HasGranted(ReplicaId voter) => _votes.Contains((voter, true));

    public bool IsWon(Configuration configuration) => configuration.Reached(new Grants(_votes, missing: 0)) == 1;

    /// <summary>Not even the votes still missing could win it.</summary>
    public bool IsLost(Configuration configuration) => configuration.Reached(new Grants(_votes, missing: 1)) != 1;

    private readonly struct Grants(List<(ReplicaId Voter, bool Granted)> votes, long missing) : IReplicaValue
    {
        public long Of(ReplicaId replica)
        {
            foreach (var (voter, granted) in votes)
            {
                if (voter == replica)
                {
                    return granted ? 1 : 0;
                }
            }

            return missing;
        }
    }
}
