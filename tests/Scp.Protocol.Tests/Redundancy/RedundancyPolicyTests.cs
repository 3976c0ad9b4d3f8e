using Scp.Protocol.Redundancy;

namespace Scp.Protocol.Tests.Redundancy;

[TestFixture]
public sealed class RedundancyPolicyTests
{
    private const long Ms = 1_000_000;

    private static readonly PathConditions Intercontinental = new()
    {
        RttNs = 80 * Ms,
        RttFloorNs = 80 * Ms,
        Loss = Loss(10_000),
        PacketsPerSecond = 200,
        PacketBytes = 1_108,
        GrantBytesPerSecond = 56_000,
    };

    [Test]
    public void Dense_requests_get_parity_over_four_and_replies_repeat_the_last()
    {
        RedundancyPlan plan = new RedundancyPolicy().Decide(Intercontinental, 0);
        Assert.That(plan, Is.EqualTo(new RedundancyPlan(true, 4, 16 * Ms, 0, 1, 1, 0, 2, 5 * Ms, 2)));
    }

    [Test]
    public void A_thin_stream_gets_a_copy_at_copy_spacing()
    {
        RedundancyPlan plan = new RedundancyPolicy().Decide(
            Intercontinental with { PacketsPerSecond = 20, GrantBytesPerSecond = 28_000 }, 0);
        Assert.That(plan.ParityDelayNs, Is.EqualTo(5 * Ms));
        Assert.That(plan.RepliesRepeated, Is.Zero, "the next reply comes too late");
    }

    [Test]
    public void Between_thin_and_dense_groups_grow_as_far_as_the_budget_needs()
    {
        RedundancyPlan plan = new RedundancyPolicy().Decide(
            Intercontinental with { PacketsPerSecond = 50, GrantBytesPerSecond = 28_000 }, 0);
        Assert.That(plan.ParityDelayNs, Is.EqualTo(20 * Ms), "two packets a group");
        plan = new RedundancyPolicy().Decide(Intercontinental with { PacketsPerSecond = 50, GrantBytesPerSecond = 0 }, 0);
        Assert.That(plan.ParityDelayNs, Is.EqualTo(40 * Ms), "never more than half a round trip");
    }

    [Test]
    public void Short_paths_get_nothing_and_the_limit_has_two_sides()
    {
        var policy = new RedundancyPolicy();
        Assert.That(Enabled(policy, 5.5), Is.False);
        Assert.That(Enabled(policy, 6), Is.True);
        Assert.That(Enabled(policy, 5.5), Is.True);
        Assert.That(Enabled(policy, 4.9), Is.False);
        Assert.That(policy.Decide(Intercontinental with { RttNs = Ms, RttFloorNs = Ms }, 0).RetryCopies, Is.EqualTo(2));

        static bool Enabled(RedundancyPolicy policy, double rttMs)
        {
            long rttNs = (long)(rttMs * Ms);
            return policy.Decide(Intercontinental with { RttNs = rttNs, RttFloorNs = rttNs }, 0).IsEnabled;
        }
    }

    [Test]
    public void Negligible_loss_switches_everything_ahead_off()
    {
        RedundancyPlan plan = new RedundancyPolicy().Decide(Intercontinental with { IsLossNegligible = true }, 0);
        Assert.That(plan.IsEnabled, Is.False);
        Assert.That((plan.ParityGroup, plan.RepliesRepeated, plan.UrgentCopies), Is.EqualTo((0, 0, 1)));
    }

    [Test]
    public void Congestion_ends_it_at_once_and_it_returns_after_a_calm_second()
    {
        var policy = new RedundancyPolicy();
        Assert.That(policy.Decide(Intercontinental, 0).IsEnabled, Is.True);
        RedundancyPlan congested = policy.Decide(Intercontinental with { RttNs = 131 * Ms }, 10 * Ms);
        Assert.That((congested.IsEnabled, congested.RetryCopies), Is.EqualTo((false, 1)));
        Assert.That(policy.Decide(Intercontinental with { IsRttRising = true }, 20 * Ms).IsEnabled, Is.False);
        Assert.That(policy.Decide(Intercontinental, 1_019 * Ms).IsEnabled, Is.False);
        Assert.That(policy.Decide(Intercontinental, 1_020 * Ms).IsEnabled, Is.True);
    }

    [Test]
    public void Jitter_is_not_congestion()
    {
        RedundancyPlan plan = new RedundancyPolicy().Decide(Intercontinental with { RttNs = 160 * Ms, RttFloorNs = 130 * Ms }, 0);
        Assert.That(plan.IsEnabled, Is.True);
        Assert.That(plan.ParityDelayNs, Is.EqualTo(20 * Ms));
    }

    [Test]
    public void Urgent_copies_follow_loss_without_flapping()
    {
        var policy = new RedundancyPolicy();
        (int Ppm, int Copies)[] steps =
        [
            (900, 1), (1_001, 2), (800, 2), (699, 1), (5_000, 2), (20_000, 2), (20_001, 3), (16_000, 3), (14_999, 2), (30_000, 3), (100, 1), (30_000, 3),
        ];
        foreach ((int ppm, int copies) in steps)
        {
            Assert.That(policy.Decide(Intercontinental with { Loss = Loss(ppm) }, 0).UrgentCopies, Is.EqualTo(copies), $"{ppm} ppm");
        }
    }

    [Test]
    public void Copies_that_the_budget_cannot_pay_for_all_are_not_begun()
    {
        var policy = new RedundancyPolicy();
        PathConditions path = Intercontinental with { Loss = Loss(30_000), GrantBytesPerSecond = 25_000 };
        Assert.That(Copies(policy, path, 11_000), Is.EqualTo(3));
        Assert.That(Copies(policy, path, 13_500), Is.EqualTo(3), "a tenth too little is still enough");
        Assert.That(Copies(policy, path, 22_000), Is.EqualTo(2));
        Assert.That(Copies(policy, path, 12_000), Is.EqualTo(2), "a tenth to spare is needed to return");
        Assert.That(Copies(policy, path, 220_000), Is.EqualTo(1));

        static int Copies(RedundancyPolicy policy, in PathConditions path, long urgent) =>
            policy.Decide(path with { UrgentBytesPerSecond = urgent }, 0).UrgentCopies;
    }

    [Test]
    public void Repeating_replies_does_not_flap_around_its_limit()
    {
        var policy = new RedundancyPolicy();
        Assert.That(Repeats(policy, 61), Is.Zero);
        Assert.That(Repeats(policy, 63), Is.EqualTo(1));
        Assert.That(Repeats(policy, 55), Is.EqualTo(1));
        Assert.That(Repeats(policy, 49), Is.Zero);

        static int Repeats(RedundancyPolicy policy, int perSecond) =>
            policy.Decide(Intercontinental with { PacketsPerSecond = perSecond }, 0).RepliesRepeated;
    }

    [Test]
    public void Bursts_spread_what_protects_beyond_them()
    {
        RedundancyPlan plan = new RedundancyPolicy().Decide(Intercontinental with { BurstNs = 20 * Ms }, 0);
        Assert.That(plan.Interleave, Is.EqualTo(4));
        Assert.That(plan.ParityGroup, Is.EqualTo(4));
        Assert.That(plan.ParitySpreadNs, Is.EqualTo(20 * Ms));
        Assert.That(plan.ParityDelayNs, Is.EqualTo(65 * Ms), "a full group, and a packet's time to spare");
        Assert.That(plan.CopySpacingNs, Is.EqualTo(25 * Ms));
        Assert.That(plan.ReplyRepeatAgeNs, Is.EqualTo(25 * Ms));
    }

    [Test]
    public void A_thin_stream_in_bursts_spaces_its_copy_beyond_them()
    {
        RedundancyPlan plan = new RedundancyPolicy().Decide(
            Intercontinental with { BurstNs = 20 * Ms, PacketsPerSecond = 20, GrantBytesPerSecond = 28_000 }, 0);
        Assert.That(plan.ParityDelayNs, Is.EqualTo(25 * Ms));
        Assert.That(plan.Interleave, Is.EqualTo(1));
    }

    /// <summary>Whatever the conditions, a plan stays within what the rest of the session can carry out.</summary>
    [Property(MaxTest = 2000)]
    public void Every_plan_is_within_bounds(int seed)
    {
        var random = new Random(seed);
        var policy = new RedundancyPolicy();
        for (int i = 0; i < 10; i++)
        {
            long floorNs = random.NextInt64(0, 2_000 * Ms);
            var path = new PathConditions
            {
                RttFloorNs = floorNs,
                RttNs = floorNs + random.NextInt64(0, floorNs + 1),
                IsRttRising = random.Next(8) == 0,
                Loss = Loss(random.Next(1_000_001)),
                IsLossNegligible = random.Next(4) == 0,
                BurstNs = random.Next(2) * random.NextInt64(0, RedundancyLimits.MaxBurstNs + 1),
                PacketsPerSecond = random.NextInt64(0, 1L << random.Next(1, 40)),
                PacketBytes = random.Next(0, 9_001),
                UrgentBytesPerSecond = random.NextInt64(0, 1L << random.Next(1, 40)),
                GrantBytesPerSecond = random.NextInt64(0, 1L << random.Next(1, 40)),
            };
            RedundancyPlan plan = policy.Decide(path, i * 700 * Ms);
            Assert.That(plan.UrgentCopies, Is.InRange(1, 3));
            Assert.That(plan.RetryCopies, Is.InRange(1, 2));
            Assert.That(plan.CopySpacingNs, Is.InRange(0, path.RttNs / 2));
            Assert.That(plan.Interleave, Is.InRange(1, RedundancyLimits.MaxInterleave));
            if (plan.IsEnabled)
            {
                Assert.That(plan.ParityGroup, Is.InRange(1, 4));
                Assert.That(plan.ParityDelayNs, Is.InRange(1, path.RttNs));
                Assert.That(plan.ParitySpreadNs, Is.InRange(0, path.RttNs / 2));
            }
        }
    }

    private static LossEstimate Loss(int ppm) => new(ppm, ppm / 2, ppm * 2);
}
