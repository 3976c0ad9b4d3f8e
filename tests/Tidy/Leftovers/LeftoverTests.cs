namespace Tidy.Leftovers;

[TestFixture]
public sealed class LeftoverTests
{
    [Test]
    public void No_note_to_oneself_and_no_missing_body_is_left_in_code() => Expect.Nothing(Repository.Here.Files(".cs").SelectMany(LeftoverRule.CheckNotes));

    [Test]
    public void No_file_speaks_of_one_machine() =>
        Expect.Nothing(Repository.Here.Paths.Where(LeftoverRule.IsText).Select(Repository.Here.Read).SelectMany(LeftoverRule.CheckMachinePaths));

    [Test]
    public void No_tab_and_no_trailing_blank_is_left_in_code() => Expect.Nothing(Repository.Here.Files(".cs").SelectMany(LeftoverRule.CheckBlanks));

    // Written in two halves, so that the rules above do not find these examples.
    [TestCase("// TO" + "DO: later")]
    [TestCase("// FIX" + "ME")]
    [TestCase("throw new NotImplemented" + "Exception();")]
    public void A_note_is_refused(string line) => Expect.One(LeftoverRule.CheckNotes(On2(line)), 2, "left behind");

    [TestCase("var path = \"/ho" + "me/someone/data\";")]
    [TestCase("see /ro" + "ot/.profile")]
    public void A_path_of_a_machine_is_refused(string line) => Expect.One(LeftoverRule.CheckMachinePaths(On2(line)), 2, "path of one machine");

    [TestCase("docs/work/plan.md and https://example.org/home/page and ${HOME}/work/x")]
    [TestCase("/var/lib/scpfabric")]
    public void A_path_of_every_machine_passes(string line) => Expect.Nothing(LeftoverRule.CheckMachinePaths(On2(line)));

    [TestCase("int x; ", "blanks")]
    [TestCase("\tint x;", "tab")]
    public void A_stray_blank_is_refused(string line, string sentence) => Expect.One(LeftoverRule.CheckBlanks(On2(line)), 2, sentence);

    private static SourceFile On2(string line) => new("a.cs", $"first\n{line}\nlast\n");
}
