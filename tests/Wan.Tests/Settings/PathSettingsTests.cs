using Scp.PathModel;
using Wan.Settings;

namespace Wan.Tests.Settings;

public sealed class PathSettingsTests
{
    private const long NsPerMs = 1_000_000;

    [Test]
    public void Each_key_changes_its_own_parameter()
    {
        PathProfile changed = Apply(
            PathProfiles.Perfect,
            "delay=40ms", "jitter=5ms", "jitter-period=100ms", "jitter-shape=bell", "order=free", "loss=1%", "outages=20ms,1%",
            "reorder=2%,5ms", "duplicate=3%,1ms", "corrupt=0.1%", "rate=20mbit", "queue=64kb", "mtu=1400b");

        Assert.That(changed, Is.EqualTo(new PathProfile
        {
            Name = "perfect*",
            OneWayDelayNs = 40 * NsPerMs,
            JitterNs = 5 * NsPerMs,
            JitterPeriodNs = 100 * NsPerMs,
            JitterShape = JitterShape.Bell,
            KeepOrder = false,
            LossProbability = 0.01,
            Burst = BurstProfile.Outages(20 * NsPerMs, 0.01),
            ReorderProbability = 0.02,
            ReorderDelayNs = 5 * NsPerMs,
            DuplicateProbability = 0.03,
            DuplicateDelayNs = NsPerMs,
            CorruptProbability = 0.001,
            RateBitsPerSecond = 20_000_000,
            QueueBytes = 64_000,
            MtuBytes = 1400,
        }));
    }

    [Test]
    public void A_round_trip_is_halved() => Assert.That(Apply(PathProfiles.Perfect, "rtt=80ms").OneWayDelayNs, Is.EqualTo(40 * NsPerMs));

    [Test]
    public void Bursts_with_partial_loss_are_of_the_other_shape() =>
        Assert.That(Apply(PathProfiles.Perfect, "gilbert=20ms,1%,50%").Burst, Is.EqualTo(BurstProfile.GilbertElliott(20 * NsPerMs, 0.01, 0.5)));

    [Test]
    public void A_rate_without_a_queue_gets_one_and_losing_the_rate_loses_the_queue()
    {
        PathProfile limited = Apply(PathProfiles.Perfect, "rate=20mbit");
        Assert.That(limited.QueueNs, Is.EqualTo(50 * NsPerMs));
        Assert.That(limited.Validate(), Is.Empty);

        PathProfile free = Apply(limited, "rate=unlimited");
        Assert.That(free, Is.EqualTo(PathProfiles.Perfect));
    }

    [Test]
    public void A_queue_is_a_time_or_a_size_and_never_both()
    {
        PathProfile bytes = Apply(PathProfiles.Continental, "queue=64kb");
        Assert.That((bytes.QueueNs, bytes.QueueBytes), Is.EqualTo((0L, 64_000L)));

        PathProfile time = Apply(bytes, "queue=10ms");
        Assert.That((time.QueueNs, time.QueueBytes), Is.EqualTo((10 * NsPerMs, 0L)));
    }

    [Test]
    public void What_comes_later_counts()
    {
        PathProfile changed = Apply(PathProfiles.Perfect, "loss=5%", "profile=bad", "loss=1%");
        Assert.That(changed, Is.EqualTo(PathProfiles.Bad with { LossProbability = 0.01, Name = "bad*" }));
    }

    [Test]
    public void The_mark_of_a_change_goes_when_the_change_is_undone()
    {
        PathProfile changed = Apply(PathProfiles.Bad, "loss=1%");
        Assert.That(changed.Name, Is.EqualTo("bad*"));
        Assert.That(Apply(changed, "loss=2%").Name, Is.EqualTo("bad*"));
        Assert.That(Apply(changed, "loss=3%"), Is.EqualTo(PathProfiles.Bad));
    }

    [Test]
    public void Off_takes_an_effect_away() =>
        Assert.That(Apply(PathProfiles.Perfect, "outages=20ms,1%", "outages=off", "reorder=1%,5ms", "reorder=off", "duplicate=1%", "duplicate=off"), Is.EqualTo(PathProfiles.Perfect));

    [TestCase("delay", "is not key=value")]
    [TestCase("=1", "is not key=value")]
    [TestCase("colour=red", "the key colour is unknown: the keys are profile, delay")]
    [TestCase("delay=40", "delay takes a time such as 40ms")]
    [TestCase("loss=2", "loss takes a share such as 1%")]
    [TestCase("profile=moon", "profile takes one of perfect, loopback")]
    [TestCase("rate=0", "rate takes a rate such as 20mbit")]
    [TestCase("queue=0", "queue takes a time")]
    [TestCase("outages=20ms", "outages takes LENGTH,SHARE")]
    [TestCase("duplicate=1%,2ms,3", "duplicate takes SHARE")]
    [TestCase("order=maybe", "order takes kept or free")]
    [TestCase("mtu=70000b", "mtu takes a size")]
    public void A_slip_is_told_with_what_would_be_right(string word, string sentence)
    {
        Assert.That(PathSettings.TryParse([word], out _, out string? problem), Is.False);
        Assert.That(problem, Does.Contain(sentence));
    }

    private static PathProfile Apply(PathProfile profile, params string[] words)
    {
        Assert.That(PathSettings.TryParse(words, out PathSettings? settings, out string? problem), Is.True, problem);
        return settings!.ApplyTo(profile);
    }
}
