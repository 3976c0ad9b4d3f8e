using LoadGen.Bulk;
using LoadGen.Cli;
using LoadGen.Measuring;
using LoadGen.Wan;

namespace LoadGen.Tests;

public sealed class ArgumentsTests
{
    private static Arguments Words(string line) => new(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Test]
    public void A_load_is_what_it_says_and_the_rest_is_as_documented()
    {
        LoadPlan plan = PlanArguments.TakeLoad(Words("--rate 20 --request=100 --seconds 2.5"));
        Assert.That(plan, Is.EqualTo(new LoadPlan { RatePerSecond = 20, RequestBytes = 100, ReplyBytes = 64, Seconds = 2.5, InFlight = 0 }));
        Assert.That(PlanArguments.TakeLoad(Words("")).RatePerSecond, Is.EqualTo(200));
        Assert.That(PlanArguments.TakeLoad(Words("--in-flight 256")), Has.Property(nameof(LoadPlan.IsOpenLoop)).False);
    }

    [TestCase("--rate 20 --in-flight 3")]
    [TestCase("--rate twenty")]
    [TestCase("--rate -1")]
    [TestCase("--request 4")]
    [TestCase("--seconds")]
    [TestCase("--seconds --reply 3")]
    public void A_slip_is_said(string line) =>
        Assert.That(() => PlanArguments.TakeLoad(Words(line)), Throws.InstanceOf<UsageException>());

    [Test]
    public void What_is_left_over_is_a_slip()
    {
        Arguments arguments = Words("--rate 20 --tail");
        _ = PlanArguments.TakeLoad(arguments);
        Assert.That(arguments.RefuseMore, Throws.InstanceOf<UsageException>().With.Message.Contains("--tail"));
    }

    [TestCase("1500", 1500)]
    [TestCase("64KiB", 65_536)]
    [TestCase("100MB", 100_000_000)]
    [TestCase("2gb", 2_000_000_000)]
    [TestCase("7B", 7)]
    public void Sizes_are_read(string text, long bytes)
    {
        Assert.That(ByteSize.TryParse(text, out long read));
        Assert.That(read, Is.EqualTo(bytes));
    }

    [TestCase("")]
    [TestCase("MB")]
    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("1.5MB")]
    [TestCase("99999999999GB")]
    public void What_is_no_size_is_not(string text) => Assert.That(ByteSize.TryParse(text, out _), Is.False);

    [TestCase("127.0.0.1:7400")]
    [TestCase("[::1]:7400")]
    [TestCase("localhost:7400")]
    public void Addresses_are_read(string text) =>
        Assert.That(Words($"--target {text}").TakeEndPoint("--target")!.Port, Is.EqualTo(7400));

    [TestCase("127.0.0.1")]
    [TestCase("::1")]
    [TestCase("example.org:80")]
    [TestCase("127.0.0.1:99999")]
    public void What_is_no_address_is_said(string text) =>
        Assert.That(() => Words($"--target {text}").TakeEndPoint("--target"), Throws.InstanceOf<UsageException>());

    [Test]
    public void Bulk_beside_is_a_size_or_without_end()
    {
        Assert.That(PlanArguments.TakeBeside(Words("")), Is.Null);
        Assert.That(PlanArguments.TakeBeside(Words("--bulk-beside 10MB"))!.Bytes, Is.EqualTo(10_000_000));
        Assert.That(PlanArguments.TakeBeside(Words("--bulk-beside saturate"))!.Bytes, Is.EqualTo(BulkPlan.Endless));
        Assert.That(() => PlanArguments.TakeBeside(Words("--bulk-beside much")), Throws.InstanceOf<UsageException>());
    }

    [Test]
    public void A_report_is_of_known_paths_and_parts()
    {
        WanPlan plan = WanReportCommand.TakePlan(Words("--profiles bad,burst --parts small,bulk --quick --seconds 5"));
        Assert.That(plan.Profiles.Select(profile => profile.Name), Is.EqualTo(new[] { "bad", "burst" }));
        Assert.That((plan.Runs, plan.Seconds, plan.IsQuick), Is.EqualTo((1, 5.0, true)));
        Assert.That(plan.Parts, Is.EqualTo(new[] { WanPart.Small, WanPart.Bulk }));
        Assert.That(() => WanReportCommand.TakePlan(Words("--profiles moon")), Throws.InstanceOf<UsageException>());
        Assert.That(() => WanReportCommand.TakePlan(Words("--parts 7")), Throws.InstanceOf<UsageException>());
    }
}
