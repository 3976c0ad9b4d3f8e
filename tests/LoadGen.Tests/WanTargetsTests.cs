using System.Text.Json.Nodes;
using LoadGen.Wan;
using Scp.PathModel;

namespace LoadGen.Tests;

public sealed class WanTargetsTests
{
    private static void Add(WanResults results, PathProfile profile, WanPart part, WanContender contender, double p99Ms, double p999Ms) =>
        results.Add(new WanCell(profile, part, contender, true), new JsonObject { ["p99_ms"] = p99Ms, ["p999_ms"] = p999Ms }, null);

    private static void Add(WanResults results, PathProfile profile, WanContender contender, double mbit) =>
        results.Add(new WanCell(profile, WanPart.Bulk, contender, true), new JsonObject { ["mbit_s"] = mbit }, null);

    private static WanVerdict Verdict(WanResults results, PathProfile profile, string figure, string rule) =>
        WanTargets.Judge(results, [profile]).Single(verdict => verdict.Figure == figure && verdict.Rule.Contains(rule, StringComparison.Ordinal));

    [TestCase(44.8, true)]
    [TestCase(44.81, false)]
    public void Small_p99_is_held_to_the_control(double ms, bool met)
    {
        var results = new WanResults();
        Add(results, PathProfiles.Continental, WanPart.Small, WanContender.Scp("k"), ms, 0);
        Add(results, PathProfiles.Continental, WanPart.Small, WanContender.Control, 40, 41);
        Assert.That(Verdict(results, PathProfiles.Continental, "small p99", "control").IsMet, Is.EqualTo(met));
    }

    [TestCase(185, 360, true, true)]
    [TestCase(200, 361, false, false)]
    public void On_the_bad_path_urgent_is_held_to_the_control_and_the_rest_to_round_trips(double urgent, double ordinary, bool urgentMet, bool ordinaryMet)
    {
        var results = new WanResults();
        Add(results, PathProfiles.Bad, WanPart.Small, WanContender.Scp("k"), 160, ordinary);
        Add(results, PathProfiles.Bad, WanPart.Small, WanContender.ScpUrgent("k"), 160, urgent);
        Add(results, PathProfiles.Bad, WanPart.Small, WanContender.Control, 155, 160);
        Assert.That(Verdict(results, PathProfiles.Bad, "small urgent p99.9", "control").IsMet, Is.EqualTo(urgentMet));
        Assert.That(Verdict(results, PathProfiles.Bad, "small p99.9", "2.4 RTT").IsMet, Is.EqualTo(ordinaryMet));
    }

    [Test]
    public void Bulk_is_held_to_the_best_tcp_and_under_loss_to_cubic()
    {
        var results = new WanResults();
        Add(results, PathProfiles.Intercontinental, WanContender.Scp("k"), 150);
        Add(results, PathProfiles.Intercontinental, WanContender.Tcp("bbr", 1), 118);
        Add(results, PathProfiles.Intercontinental, WanContender.Tcp("bbr", 4), 160);
        Add(results, PathProfiles.Intercontinental, WanContender.Tcp("cubic", 4), 29);
        Add(results, PathProfiles.Intercontinental, WanContender.Http2, 500);
        WanVerdict best = Verdict(results, PathProfiles.Intercontinental, "bulk by scp", "bbr ×4");
        Assert.That(best.Limit, Is.EqualTo(152).Within(1e-9));
        Assert.That((best.IsMet, best.Word), Is.EqualTo((false, "MISSED")));
        Assert.That(Verdict(results, PathProfiles.Intercontinental, "bulk by scp", "cubic").IsMet);
        Add(results, PathProfiles.Intercontinental, WanContender.ScpLanes("k"), 153);
        Assert.That(Verdict(results, PathProfiles.Intercontinental, "bulk by scp, 4 lanes", "bbr ×4").IsMet);
        Assert.That(WanTargets.Judge(results, [PathProfiles.Continental]).Where(verdict => verdict.Rule.Contains("cubic", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void The_median_of_runs_counts()
    {
        var results = new WanResults();
        foreach (double ms in (double[])[300, 150, 155])
        {
            Add(results, PathProfiles.Burst, WanPart.Small, WanContender.Scp("k"), 100, ms);
        }

        WanVerdict verdict = Verdict(results, PathProfiles.Burst, "small p99.9", "2 RTT");
        Assert.That((verdict.Value, verdict.Limit, verdict.IsMet), Is.EqualTo((155.0, 160.0, true)));
    }

    [Test]
    public void What_was_not_measured_is_neither_met_nor_missed()
    {
        WanVerdict[] verdicts = [.. WanTargets.Judge(new WanResults(), [PathProfiles.Continental, PathProfiles.Intercontinental, PathProfiles.Bad, PathProfiles.Burst])];
        Assert.That(verdicts, Has.Length.EqualTo(14));
        Assert.That(verdicts.Select(verdict => verdict.Word), Is.All.EqualTo("not measured"));
    }

    [Test]
    public void Every_target_has_its_cells_in_every_plan([Values] bool quick)
    {
        var plan = new WanPlan { Profiles = [PathProfiles.Continental, PathProfiles.Intercontinental, PathProfiles.Bad, PathProfiles.Burst], IsQuick = quick };
        var results = new WanResults();
        foreach (WanCell cell in plan.Profiles.SelectMany(profile => plan.Cells(profile, "k")).Where(cell => cell.IsJudged))
        {
            results.Add(cell, new JsonObject { ["p99_ms"] = 1.0, ["p999_ms"] = 1.0, ["mbit_s"] = 1.0 }, null);
        }

        Assert.That(WanTargets.Judge(results, plan.Profiles).Where(verdict => !verdict.IsKnown), Is.Empty);
    }
}
