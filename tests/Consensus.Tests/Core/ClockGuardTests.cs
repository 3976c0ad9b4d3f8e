using Consensus.Core;

namespace Consensus.Tests.Core;

[TestFixture]
public sealed class ClockGuardTests
{
    private const long Step = 40;

    [Test]
    public void Time_that_nobody_watched_pass_counts_as_one_step()
    {
        var clock = new ClockGuard(1_000, Step);
        Assert.That(clock.Observe(1_030), Is.False);
        Assert.That(clock.Observe(9_000), Is.True);
        Assert.That(clock.NowNs, Is.EqualTo(1_070));
        Assert.That(clock.Observe(10), Is.True);
        Assert.That(clock.NowNs, Is.EqualTo(1_070));
        Assert.That(clock.Observe(30), Is.False);
        Assert.That(clock.NowNs, Is.EqualTo(1_090));
    }

    [Test]
    public void It_asks_to_be_watched_often_enough_and_no_later_than_wanted()
    {
        var clock = new ClockGuard(1_000, Step);
        _ = clock.Observe(5_000);
        Assert.That(clock.OutsideNs(clock.NowNs + 5), Is.EqualTo(5_005));
        Assert.That(clock.OutsideNs(clock.NowNs - 5), Is.EqualTo(5_000));
        Assert.That(clock.OutsideNs(long.MaxValue), Is.EqualTo(5_000 + (Step / 2)));
    }

    [Test]
    public void A_rounds_beginning_is_known_while_it_is_among_the_newest_and_its_clock_has_not_jumped()
    {
        var rounds = new RoundClock();
        for (long at = 1; at <= 2 * RoundClock.Remembered; at++)
        {
            Assert.That(rounds.Begin(100 * at), Is.EqualTo(at));
        }

        Assert.That(rounds.TryGetBeginning(RoundClock.Remembered, out _), Is.False);
        Assert.That(rounds.TryGetBeginning(RoundClock.Remembered + 1, out long beganNs), Is.True);
        Assert.That(beganNs, Is.EqualTo(100 * (RoundClock.Remembered + 1)));
        Assert.That(rounds.TryGetBeginning(rounds.Current + 1, out _), Is.False);
        rounds.ForgetTimes();
        Assert.That(rounds.TryGetBeginning(rounds.Current, out _), Is.False);
        Assert.That(rounds.TryGetBeginning(rounds.Begin(7), out beganNs), Is.True);
        Assert.That(beganNs, Is.EqualTo(7));
    }

    [Test]
    public void Election_timeouts_follow_the_round_trip_to_a_quorum()
    {
        var times = new RoundTrips(1);
        Member[] voters = [.. Enumerable.Range(1, 5).Select(SimId)];
        var configuration = Configuration.TryCreate(voters, [], out _)!;
        foreach (var (id, ns) in new[] { (2, 10L), (3, 500L), (4, 20L), (5, 900L) })
        {
            times.Note(SimId(id).Replica, ns);
        }

        // Of five, r1 itself and the two nearest are a quorum.
        Assert.That(times.QuorumNs(configuration, SimId(1).Replica), Is.EqualTo(20));
        Assert.That(times.QuorumNs(Configuration.Empty, SimId(1).Replica), Is.EqualTo(1));
        static Member SimId(int id) => new(new ReplicaId((ulong)id), new NodeId((ulong)id));
    }
}
