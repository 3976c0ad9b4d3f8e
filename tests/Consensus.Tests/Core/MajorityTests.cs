using Consensus.Core;
using FsCheck;
using FsCheck.Fluent;

namespace Consensus.Tests.Core;

[TestFixture]
public sealed class MajorityTests
{
    private static readonly Arbitrary<(int[] Voters, int[] Outgoing, int[] Values)> Cases =
        (from voters in Ids(1, 7)
         from outgoing in Ids(0, 5)
         from values in Gen.Choose(-3, 6).ArrayOf(10)
         select (voters, outgoing, values)).ToArbitrary();

    [Property(MaxTest = 2000)]
    public Property What_a_quorum_has_reached_is_what_some_quorum_has_reached_in_every_member() => Prop.ForAll(Cases, c =>
    {
        var configuration = Of(c.Voters, c.Outgoing);
        long reached = configuration.Reached(new Known(c.Values));
        return (reached == BruteForce(c.Voters, c.Outgoing, c.Values)).Label($"{configuration} {string.Join(' ', c.Values)}: {reached}");
    });

    [Property(MaxTest = 500)]
    public Property Any_two_quorums_share_a_voter() => Prop.ForAll(Cases, c =>
    {
        // Whatever value has been reached, no majority is left that stayed below it.
        var configuration = Of(c.Voters, c.Outgoing);
        long reached = configuration.Reached(new Known(c.Values));
        return 2 * c.Voters.Count(id => c.Values[id] < reached) < c.Voters.Length;
    });

    [Test]
    public void Silent_members_count_as_members()
    {
        // Five voters, two of whom have answered: the middle of the answers is not what three hold.
        Assert.That(Of([1, 2, 3, 4, 5], []).Reached(new Known([0, 9, 9, 0, 0, 0])), Is.Zero);
        Assert.That(Of([1, 2, 3, 4, 5], []).Reached(new Known([0, 9, 8, 7, 0, 0])), Is.EqualTo(7));
    }

    [Test]
    public void Nobody_is_no_quorum() => Assert.That(Configuration.Empty.Reached(new Known([1])), Is.EqualTo(Majority.Nothing));

    [Test]
    public void Learners_count_for_nothing()
    {
        Member[] voters = [Of(1), Of(2), Of(3)];
        var configuration = Configuration.TryCreate(voters, [Of(4), Of(5)], out _)!;
        Assert.That(configuration.Reached(new Known([0, 1, 0, 0, 9, 9])), Is.Zero);
    }

    [Property(MaxTest = 1000)]
    public Property A_tally_is_won_and_lost_as_counting_says() => Prop.ForAll(Cases, c =>
    {
        var configuration = Of(c.Voters, c.Outgoing);
        var tally = new VoteTally();
        foreach (var member in configuration.Members)
        {
            int value = c.Values[(int)member.Replica.Value];
            if (value != 0)
            {
                tally.Record(member.Replica, value > 0);
            }
        }

        bool won = Count(c.Voters, v => v > 0) && (c.Outgoing.Length == 0 || Count(c.Outgoing, v => v > 0));
        bool winnable = Count(c.Voters, v => v >= 0) && (c.Outgoing.Length == 0 || Count(c.Outgoing, v => v >= 0));
        return tally.IsWon(configuration) == won && tally.IsLost(configuration) == !winnable;
        bool Count(int[] voters, Func<int, bool> yes) => 2 * voters.Count(id => yes(c.Values[id])) > voters.Length;
    });

    private static long BruteForce(int[] voters, int[] outgoing, int[] values)
    {
        return values.Append(int.MinValue).Where(v => Holds(voters, v) && (outgoing.Length == 0 || Holds(outgoing, v))).Max();
        bool Holds(int[] members, int value) => 2 * members.Count(id => values[id] >= value) > members.Length;
    }

    private static Configuration Of(int[] voters, int[] outgoing) =>
        Configuration.TryRestore([.. voters.Select(Of)], [.. outgoing.Select(Of)], [])!;

    private static Member Of(int id) => new(new ReplicaId((ulong)id), new NodeId((ulong)id));

    private static Gen<int[]> Ids(int least, int most) =>
        from count in Gen.Choose(least, most)
        from ids in Gen.Shuffle([1, 2, 3, 4, 5, 6, 7, 8, 9])
        select ids.Take(count).ToArray();

    private readonly struct Known(int[] values) : IReplicaValue
    {
        public long Of(ReplicaId replica) => values[(int)replica.Value];
    }
}
