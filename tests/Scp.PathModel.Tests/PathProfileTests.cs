namespace Scp.PathModel.Tests;

public sealed class PathProfileTests
{
    private const long NsPerMs = 1_000_000;

    private static readonly PathProfile Good = new() { Name = "p", OneWayDelayNs = NsPerMs };

    private static IEnumerable<TestCaseData> Bad()
    {
        yield return Case(Good with { Name = " " }, "Path profile (unnamed): Name is empty: give the profile one.");
        yield return Case(Good with { OneWayDelayNs = -1, JitterNs = -1 }, "OneWayDelayNs is -1", "JitterNs is -1");
        yield return Case(
            Good with { JitterNs = NsPerMs + 1 },
            "Path profile p: JitterNs (1000001) is larger than OneWayDelayNs (1000000), so packets would arrive before they were sent: lower the jitter or raise the delay.");
        yield return Case(Good with { JitterShape = (JitterShape)9 }, "JitterShape 9 is unknown");
        yield return Case(Good with { JitterPeriodNs = PathLimits.MaxJitterPeriodNs + 1 }, "JitterPeriodNs is");
        yield return Case(
            Good with { LossProbability = 1.5 },
            "Path profile p: LossProbability is 1.5, but a probability lies between 0 and 1.");
        yield return Case(Good with { LossProbability = double.NaN }, "LossProbability is NaN");
        yield return Case(Good with { DuplicateProbability = -0.1 }, "DuplicateProbability is -0.1");
        yield return Case(Good with { DuplicateDelayNs = -1 }, "DuplicateDelayNs is -1");
        yield return Case(Good with { CorruptProbability = 2 }, "CorruptProbability is 2");
        yield return Case(Good with { ReorderProbability = 0.1 }, "ReorderDelayNs is 0, so nothing would be reordered");
        yield return Case(Good with { MtuBytes = 0 }, "MtuBytes is 0");
        yield return Case(Good with { RateBitsPerSecond = 1 }, "RateBitsPerSecond is 1", "neither QueueNs nor QueueBytes");
        yield return Case(Good with { RateBitsPerSecond = 1_000_000 }, "neither QueueNs nor QueueBytes");
        yield return Case(Good with { QueueNs = 5 }, "a queue is set but RateBitsPerSecond is 0");
        yield return Case(
            Good with { Burst = BurstProfile.Outages(PathLimits.MinBurstNs - 1, 0.01) }, "Burst.MeanLengthNs is 99999");
        yield return Case(Good with { Burst = BurstProfile.Outages(NsPerMs, 1) }, "Burst.ShareOfTime is 1, but it must lie between 1E-05 and 0.999");
        yield return Case(Good with { Burst = BurstProfile.GilbertElliott(NsPerMs, 0.1, -1) }, "Burst.LossProbability is -1");
        yield return Case(
            Good with { Burst = BurstProfile.Outages(NsPerMs, 0.1) with { Shape = (BurstShape)7 } }, "Burst.Shape 7 is unknown");

        static TestCaseData Case(PathProfile profile, params string[] expected) =>
            new TestCaseData(profile, expected).SetArgDisplayNames(expected[0]);
    }

    [TestCaseSource(nameof(Bad))]
    public void A_bad_profile_is_told_what_is_wrong_and_cannot_be_used(PathProfile profile, string[] expected)
    {
        IReadOnlyList<string> problems = profile.Validate();
        Assert.That(problems, Has.Count.EqualTo(expected.Length));
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.That(problems[i], Does.Contain(expected[i]).And.StartWith("Path profile ").And.EndWith("."));
        }

        Assert.That(() => new PathDirection(profile, seed: 1), Throws.ArgumentException.With.Message.Contains(expected[0]));
    }

    [Test]
    public void A_refused_profile_leaves_the_direction_as_it_was()
    {
        var direction = new PathDirection(Good, seed: 1);
        Assert.That(() => direction.Apply(Good with { LossProbability = 2 }, 0), Throws.ArgumentException);
        Assert.That(direction.Profile, Is.SameAs(Good));
        Assert.That(direction.Offer(0, 100).IsDropped, Is.False);
    }

    [Test]
    public void Every_named_profile_is_valid_and_found_by_its_name()
    {
        Assert.That(PathProfiles.Names, Is.EqualTo(new[]
        {
            "perfect", "loopback", "lan", "continental", "intercontinental", "bad", "burst",
        }));
        foreach (string name in PathProfiles.Names)
        {
            Assert.That(PathProfiles.TryGet(name, out PathProfile? profile), Is.True);
            Assert.That(profile!.Name, Is.EqualTo(name));
            Assert.That(profile.Validate(), Is.Empty);
        }
    }

    [Test]
    public void An_unknown_name_is_not_found()
    {
        Assert.That(PathProfiles.TryGet("Continental", out PathProfile? profile), Is.False);
        Assert.That(profile, Is.Null);
    }

    [TestCase("continental", 40, 0, 0.001)]
    [TestCase("intercontinental", 80, 0, 0.01)]
    [TestCase("bad", 150, 20, 0.03)]
    [TestCase("burst", 80, 0, 0)]
    public void The_wide_area_profiles_are_those_of_the_design(string name, int roundTripMs, int jitterMs, double loss)
    {
        Assert.That(PathProfiles.TryGet(name, out PathProfile? profile), Is.True);
        Assert.That(2 * profile!.OneWayDelayNs, Is.EqualTo(roundTripMs * NsPerMs));
        Assert.That(2 * profile.JitterNs, Is.EqualTo(jitterMs * NsPerMs));
        Assert.That(profile.LossProbability, Is.EqualTo(loss));
        Assert.That(profile.RateBitsPerSecond, Is.EqualTo(200_000_000));
        Assert.That(profile.QueueNs, Is.EqualTo(50 * NsPerMs));
        Assert.That(profile.KeepOrder, Is.True);
        Assert.That(profile.Burst, Is.EqualTo(name == "burst" ? BurstProfile.Outages(20 * NsPerMs, 0.01) : null));
    }
}
