namespace Scp.Protocol.Tests.Redundancy;

/// <summary>What the parts achieve together, by Monte Carlo; docs/protocol/redundancy.md quotes these figures.</summary>
[TestFixture]
public sealed class RequestReplyModelTests
{
    private const int Seed = 20_260;
    private const int Seconds = 600;

    [Test]
    public void Intercontinental_at_200_a_second_stays_close_to_one_round_trip()
    {
        RequestReplyModel model = Run(PathProfile.Intercontinental, 200);
        Assert.That(model.PercentileMs(99), Is.LessThanOrEqualTo(80 * 1.12));
        Assert.That(model.PercentileMs(99.9), Is.LessThanOrEqualTo(80 * 1.25));
        Assert.That(model.Cost, Is.LessThanOrEqualTo(0.30));
    }

    [Test]
    public void Continental_at_200_a_second_stays_close_to_one_round_trip()
    {
        RequestReplyModel model = Run(PathProfile.Continental, 200);
        Assert.That(model.PercentileMs(99), Is.LessThanOrEqualTo(40 * 1.12));
        Assert.That(model.PercentileMs(99.9), Is.LessThanOrEqualTo(40 * 1.25));
        Assert.That(model.Cost, Is.LessThanOrEqualTo(0.30));
    }

    [Test]
    public void A_bad_path_at_200_a_second_stays_close_to_its_control()
    {
        RequestReplyModel control = Control(PathProfile.Bad);
        RequestReplyModel model = Run(PathProfile.Bad, 200);
        Assert.That(model.PercentileMs(99), Is.LessThanOrEqualTo(control.PercentileMs(99) + (150 * 0.12)));
        Assert.That(model.PercentileMs(99.9), Is.LessThanOrEqualTo(150 * 2.4));
        Assert.That(model.Cost, Is.LessThanOrEqualTo(0.30));
    }

    /// <summary>
    /// Four packets of five can bridge an outage of B only after 4 B, here one round trip: two in all are the least that
    /// 30% buys for the oldest packet of a group, and the rate, which is measured, adds a little.
    /// </summary>
    [Test]
    public void Outages_are_bridged_in_about_two_round_trips()
    {
        RequestReplyModel model = Run(PathProfile.Burst, 200);
        Assert.That(model.PercentileMs(99), Is.LessThanOrEqualTo(80 * 1.5));
        Assert.That(model.PercentileMs(99.9), Is.LessThanOrEqualTo(80 * 2.05));
        Assert.That(model.Cost, Is.LessThanOrEqualTo(0.30));
    }

    [Test]
    public void A_thin_stream_gets_delayed_copies()
    {
        RequestReplyModel model = Run(PathProfile.Intercontinental, 20, seconds: 6_000);
        Assert.That(model.PercentileMs(99), Is.LessThanOrEqualTo(80 * 1.12));
        Assert.That(model.PercentileMs(99.9), Is.LessThanOrEqualTo(80 * 1.25));
        Assert.That(model.RedundantBytesPerSecond, Is.LessThanOrEqualTo(32_000));
    }

    [TestCase(20)]
    [TestCase(10)]
    public void Urgent_messages_on_a_bad_path_stay_close_to_their_control(int perSecond)
    {
        RequestReplyModel control = Control(PathProfile.Bad);
        RequestReplyModel model = Run(PathProfile.Bad, perSecond, seconds: 6_000, isUrgent: true);
        Assert.That(model.PercentileMs(99), Is.LessThanOrEqualTo(control.PercentileMs(99) + (150 * 0.12)));
        Assert.That(model.PercentileMs(99.9), Is.LessThanOrEqualTo(control.PercentileMs(99.9) + (150 * 0.25)));
        Assert.That(model.RedundantBytesPerSecond, Is.LessThanOrEqualTo(32_000));
    }

    private static RequestReplyModel Control(PathProfile profile)
    {
        RequestReplyModel control = new RequestReplyModel(profile.WithoutLoss(), Seed, isProtected: false).Run(200, Seconds, 0);
        TestContext.Out.WriteLine($"seed {Seed}\ncontrol        {control}");
        return control;
    }

    private static RequestReplyModel Run(PathProfile profile, int perSecond, int seconds = Seconds, bool isUrgent = false)
    {
        RequestReplyModel bare = new RequestReplyModel(profile, Seed, isProtected: false).Run(perSecond, seconds, 10);
        RequestReplyModel model = new RequestReplyModel(profile, Seed, isUrgent: isUrgent).Run(perSecond, seconds, 10);
        TestContext.Out.WriteLine($"seed {Seed}\nretries only   {bare}\n{perSecond,4}/s{(isUrgent ? " urgent  " : "         ")}{model}");
        return model;
    }
}
