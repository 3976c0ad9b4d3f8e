namespace Consensus.Core;

/// <summary>
/// Who belongs to a group. A configuration is <i>joint</i> while voters change: then every decision needs a majority of the
/// voters to come and a majority of those going (<see cref="Outgoing"/>). Learners receive the log and count for nothing;
/// a voter that is to become one stands among the outgoing voters and the learners both until the change is over.
/// Immutable; every list is in the order of the ids.
/// </summary>
public sealed class Configuration
{
    /// <summary>Members of all kinds together: beyond this, one leader sending to each is the wrong shape.</summary>
    public const int MaxMembers = 32;

    private readonly Member[] _voters;
    private readonly Member[] _outgoing;
    private readonly Member[] _learners;
    private readonly Member[] _members;

    private Configuration(Member[] voters, Member[] outgoing, Member[] learners)
    {
        _voters = voters;
        _outgoing = outgoing;
        _learners = learners;
        _members = [.. voters.Concat(outgoing).Concat(learners).Distinct().OrderBy(m => m.Replica.Value)];
    }

    /// <summary>Of a replica that has yet to hear from its group.</summary>
    public static Configuration Empty { get; } = new([], [], []);

    public ReadOnlySpan<Member> Voters => _voters;

    public ReadOnlySpan<Member> Outgoing => _outgoing;

    public ReadOnlySpan<Member> Learners => _learners;

    /// <summary>Everybody, each once.</summary>
    public ReadOnlySpan<Member> Members => _members;

    public bool IsEmpty => _members.Length == 0;

    public bool IsJoint => _outgoing.Length > 0;

    /// <summary>A configuration to begin with or to change to. Null, with one sentence, when there cannot be such a one.</summary>
    public static Configuration? TryCreate(ReadOnlySpan<Member> voters, ReadOnlySpan<Member> learners, out string? problem)
    {
        problem = ProblemOf(voters, [], learners);
        return problem is null ? new Configuration(Sorted(voters), [], Sorted(learners)) : null;
    }

    /// <summary>Any configuration, joint ones too: what has been encoded.</summary>
    internal static Configuration? TryRestore(ReadOnlySpan<Member> voters, ReadOnlySpan<Member> outgoing, ReadOnlySpan<Member> learners)
    {
        if (voters.IsEmpty && outgoing.IsEmpty && learners.IsEmpty)
        {
            return Empty;
        }

        return ProblemOf(voters, outgoing, learners) is null
            ? new Configuration(Sorted(voters), Sorted(outgoing), Sorted(learners))
            : null;
    }

    /// <summary>Whether a replica's vote can count: as a voter to come, or as one that is going.</summary>
    public bool IsVoter(ReplicaId replica) => Contains(_voters, replica) || Contains(_outgoing, replica);

    public bool IsMember(ReplicaId replica) => Contains(_members, replica);

    public bool HasSameVoters(Configuration other) => _voters.AsSpan().SequenceEqual(other._voters);

    /// <summary>The one voter there is, and nobody is going.</summary>
    public bool IsOnlyVoter(ReplicaId replica) => !IsJoint && _voters.Length == 1 && _voters[0].Replica == replica;

    /// <summary>The configuration of the time in between: decisions need the voters of here and of there. Null if it cannot be.</summary>
    public Configuration? TryEnter(Configuration target) => TryRestore(target._voters, _voters, target._learners);

    /// <summary>The configuration that a joint one leads to.</summary>
    public Configuration Leave() => new(_voters, [], _learners);

    /// <summary>The largest value that a quorum has reached: a majority of the voters, and of the outgoing ones while joint.</summary>
    internal long Reached<TValue>(in TValue value)
        where TValue : struct, IReplicaValue
    {
        long reached = Majority.Reached(_voters, value);
        return IsJoint ? Math.Min(reached, Majority.Reached(_outgoing, value)) : reached;
    }

    public override string ToString()
    {
        string text = $"({string.Join(' ', _voters.Select(m => m.Replica))})";
        text += IsJoint ? $"&({string.Join(' ', _outgoing.Select(m => m.Replica))})" : "";
        return text + (_learners.Length > 0 ? $"+({string.Join(' ', _learners.Select(m => m.Replica))})" : "");
    }

    private static string? ProblemOf(ReadOnlySpan<Member> voters, ReadOnlySpan<Member> outgoing, ReadOnlySpan<Member> learners)
    {
        if (voters.IsEmpty)
        {
            return "A group needs a voter at least.";
        }

        if ((long)voters.Length + outgoing.Length + learners.Length > MaxMembers)
        {
            return $"A group has at most {MaxMembers} members, those on their way out included.";
        }

        Member[] all = [.. voters, .. outgoing, .. learners];
        foreach (var member in all)
        {
            if (member.Replica.IsNone)
            {
                return "A member needs a replica id other than zero.";
            }

            if (all.Any(m => m.Replica == member.Replica && m.Node != member.Node))
            {
                return $"{member.Replica} cannot be on two nodes: a replica on another node needs an id of its own.";
            }
        }

        Member[] after = [.. voters, .. learners];
        return after.Distinct().Count() < after.Length || outgoing.ToArray().Distinct().Count() < outgoing.Length
            ? "A replica stands once in a configuration, as a voter or as a learner."
            : null;
    }

    private static Member[] Sorted(ReadOnlySpan<Member> members) => [.. members.ToArray().OrderBy(m => m.Replica.Value)];

    private static bool Contains(Member[] members, ReplicaId replica)
    {
        foreach (var member in members)
        {
            if (member.Replica == replica)
            {
                return true;
            }
        }

        return false;
    }
}
