using System.Reflection;

namespace Tidy.Docs;

[TestFixture]
public sealed class SpecTests
{
    private const string Page = "docs/protocol/scp.md";

    [TestCase("frames", "Scp.Protocol.Wire.FrameType")]
    [TestCase("lane-frames", "Scp.Protocol.Lanes.LaneFrameType")]
    [TestCase("errors", "Scp.Protocol.ErrorCode")]
    [TestCase("limits", "Scp.Protocol.ScpLimits")]
    public void The_specification_says_what_the_code_does(string table, string typeName)
    {
        if (!Repository.Here.Paths.Contains(Page))
        {
            TestContext.Out.WriteLine($"{Page}: not there yet");
            return;
        }

        var page = Repository.Here.Read(Page);
        if (Assembly.LoadFrom(Repository.Here.AssemblyPath("Scp.Protocol")).GetType(typeName) is not { } type)
        {
            Assert.That(SpecTable.FindAll(page).Select(t => t.Name), Has.No.Member(table), $"{Page} has a table {table}, but there is no {typeName}: mend the name in tests/Tidy/Docs/SpecTests.cs");
            return;
        }

        var (found, missing) = SpecRule.Find(page, table, type.Name);
        Expect.Nothing(found is null ? [missing!.Value] : SpecRule.Check(found, Constants.Of(type), type.Name));
    }

    [Test]
    public void A_table_that_agrees_passes() =>
        Expect.Nothing(Check("| `Ping` | 0x01 | asks |", "| Message | `0x20`–`0x3F` | carries |", "| WaitNs | 250 ms | |", "| RoomBytes | 64 KiB | |"));

    [TestCase("| Ping | 0x02 | |", "the page says Ping is 0x02, Fixture says 1")]
    [TestCase("| Ping | soon | |", "cannot read 'soon'")]
    [TestCase("| Pong | 0x01 | |", "Fixture has no Pong")]
    public void A_row_that_disagrees_is_refused_on_its_line(string row, string sentence)
    {
        var findings = Check(row, "| Message | 32 | |", "| WaitNs | 0.25 s | |", "| RoomBytes | 65,536 | |");
        Assert.That(findings, Has.Some.Matches<Finding>(f => f.Line == 6 && f.Message.Contains(sentence)), () => string.Join('\n', findings));
    }

    [Test]
    public void A_constant_without_a_row_is_refused() =>
        Expect.One(Check("| Ping | 1 | |", "| Message | 32 | |", "| WaitNs | 250 ms | |"), 3, "Fixture.RoomBytes = 65,536 is missing");

    [Test]
    public void A_row_that_stands_twice_is_refused() =>
        Expect.One(Check("| Ping | 1 | |", "| Ping | 1 | |", "| Message | 32 | |", "| WaitNs | 250 ms | |", "| RoomBytes | 64 KiB | |"), 7, "twice");

    [Test]
    public void A_page_without_the_table_is_refused()
    {
        var (table, missing) = SpecRule.Find(new SourceFile(Page, "# SCP\n"), "frames", "FrameType");
        Assert.That(table, Is.Null);
        Assert.That(missing!.Value.ToString(), Is.EqualTo($"{Page}: FrameType has no table here: list its names and values between <!-- table:frames --> and <!-- /table -->"));
    }

    [TestCase("0x0A", "X", 10)]
    [TestCase("4 096", "X", 4096)]
    [TestCase("2^22", "X", 4_194_304)]
    [TestCase("16 MiB", "XBytes", 16_777_216)]
    [TestCase("15 s", "XNs", 15_000_000_000)]
    [TestCase("15 s", "XMs", 15_000)]
    [TestCase("1.5 ms", "XUs", 1_500)]
    public void A_value_is_read_as_it_is_written(string text, string constant, long expected)
    {
        Assert.That(SpecValue.TryParse(text, constant, out var value), Is.True);
        Assert.That(value, Is.EqualTo(expected));
    }

    [TestCase("15 s", "XBytes")]
    [TestCase("64 kB", "XBytes")]
    [TestCase("about 3", "X")]
    [TestCase("", "X")]
    public void A_value_that_says_nothing_certain_is_refused(string text, string constant) =>
        Assert.That(SpecValue.TryParse(text, constant, out _), Is.False);

    [Test]
    public void Constants_are_read_from_enums_and_from_fields()
    {
        Assert.That(Constants.Of(typeof(Frame)), Is.EquivalentTo(new Dictionary<string, decimal> { ["Ping"] = 1, ["Message"] = 0x20 }));
        Assert.That(Constants.Of(typeof(Limit)), Is.EquivalentTo(new Dictionary<string, decimal> { ["WaitNs"] = 250_000_000, ["RoomBytes"] = 65_536 }));
    }

    private static List<Finding> Check(params string[] rows)
    {
        var text = "# Page\n\n<!-- table:things -->\n| name | value | |\n| --- | --- | --- |\n" + string.Join('\n', rows) + "\n<!-- /table -->\n";
        var constants = Constants.Of(typeof(Frame)).Concat(Constants.Of(typeof(Limit))).ToDictionary();
        return [.. SpecRule.Check(SpecTable.FindAll(new SourceFile(Page, text)).Single(), constants, "Fixture")];
    }

    private enum Frame : byte
    {
        Ping = 1,
        Message = 0x20,
    }

    private static class Limit
    {
        public const long WaitNs = 250_000_000;
        public static readonly int RoomBytes = 64 * 1024;
        public static readonly string Unit = "bytes";
    }
}
