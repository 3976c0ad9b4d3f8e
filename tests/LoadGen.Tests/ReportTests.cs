using System.Text.Json.Nodes;
using System.Xml.Linq;
using LoadGen.Loopback;
using LoadGen.Measuring;
using LoadGen.Reports;
using LoadGen.Runs;
using LoadGen.Wan;
using Scp.PathModel;

namespace LoadGen.Tests;

public sealed class ReportTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static LatencyHistogram Histogram(int seed, int count)
    {
        var random = new Random(seed);
        var histogram = new LatencyHistogram();
        for (int i = 0; i < count; i++)
        {
            histogram.Record((long)(80e6 * (1 + Math.Pow(random.NextDouble(), 8))));
        }

        return histogram;
    }

    [Test]
    public void A_plot_is_well_formed_and_stays_within_its_frame()
    {
        LatencyCurve[] curves = [.. Enumerable.Range(0, 11).Select(i => new LatencyCurve($"system <{i}> & more", Histogram(i, (int)Math.Pow(10, i % 6))))];
        string text = LatencyPlot.Draw([new LatencyPanel("first & <only>", curves), new LatencyPanel("empty", []), new LatencyPanel("third", curves[..1])]);
        XElement svg = XDocument.Parse(text).Root!;
        Assert.That(svg.Name, Is.EqualTo(Svg + "svg"));
        Assert.That(text, Does.Not.Contain("NaN").And.Not.Contain("∞").And.Not.Contain("Infinity"));
        Assert.That(svg.Elements(Svg + "g").Count(), Is.EqualTo(3));
        foreach (XElement path in svg.Descendants(Svg + "path").Where(path => path.Attribute("stroke-linejoin") is not null))
        {
            foreach (string point in path.Attribute("d")!.Value.Split('M', 'L').Skip(1))
            {
                double[] at = [.. point.Split(' ').Select(word => double.Parse(word, System.Globalization.CultureInfo.InvariantCulture))];
                Assert.That(at[0], Is.InRange(60, 410));
                Assert.That(at[1], Is.InRange(44, 324));
            }
        }
    }

    [Test]
    public void A_page_names_verdicts_figures_and_what_was_disturbed()
    {
        var plan = new WanPlan { Profiles = [PathProfiles.Continental] };
        var results = new WanResults();
        var scp = new WanCell(PathProfiles.Continental, WanPart.Small, WanContender.Scp("k"), true);
        var control = new WanCell(PathProfiles.Continental, WanPart.Small, WanContender.Control, true);
        results.Add(scp, new JsonObject { ["p50_ms"] = 40.2, ["p99_ms"] = 50.0, ["p999_ms"] = 51.0, ["errors"] = 0.0, ["redundancy"] = 0.21, ["disturbed"] = true }, Histogram(1, 1000));
        results.Add(control, new JsonObject { ["p99_ms"] = 41.0, ["p999_ms"] = 42.0, ["disturbed"] = false }, Histogram(2, 1000));
        string page = WanReport.ToMarkdown(plan, results);
        Assert.That(page, Does.Contain("| continental | small p99 | 50.00 ms | 45.80 ms | ≤ control + 0.12 RTT | **MISSED** |"));
        Assert.That(page, Does.Contain("| continental | small p99.9 | 51.00 ms | 52.00 ms | ≤ control + 0.25 RTT | met |"));
        Assert.That(page, Does.Contain("21.0%").And.Contain("1 of 2 measurements"));
        Assert.That(XDocument.Parse(WanReport.ToPlot(plan, results)).Root, Is.Not.Null);
        foreach (JsonObject line in WanReport.ToJson(plan, results))
        {
            Assert.That(line.Select(entry => entry.Key), Is.SupersetOf(new[] { "name", "value", "unit", "better", "config" }));
            Assert.That(JsonNode.Parse(line.ToJsonString()), Is.Not.Null);
        }
    }

    [Test]
    public void Every_claim_about_loopback_has_its_measurements([Values] bool pins)
    {
        string[] names = [.. LoopbackCase.All("k", 1, pins).Select(item => item.Name)];
        Assert.That(names, Is.Unique);
        foreach (LoopbackClaim claim in LoopbackClaim.All(pins))
        {
            Assert.That(names, Does.Contain(claim.Name));
            Assert.That(claim.Against, Is.Null.Or.AnyOf([.. names]));
        }
    }

    [Test]
    public void The_median_is_the_middle()
    {
        Assert.That(Median.Of([3, 1, 2]), Is.EqualTo(2));
        Assert.That(Median.Of([4, 1, 2, 3]), Is.EqualTo(2.5));
        Assert.That(Median.Of([]), Is.NaN);
    }

    [Test]
    public void Work_is_read_from_what_the_kernel_prints()
    {
        Assert.That(MachineWatch.ParseMachine("cpu  1000 200 300 99999 50 60 70 800 0 0"), Is.EqualTo((15.0, 8.0)));
        const string Process = "42 (a name) with) S 1 42 42 0 -1 4194304 100 200 0 0 150 50 25 75 20 0 9 0 12345";
        Assert.That(MachineWatch.ParseProcess(Process, withChildren: false), Is.EqualTo(2.0));
        Assert.That(MachineWatch.ParseProcess(Process, withChildren: true), Is.EqualTo(3.0));
    }
}
