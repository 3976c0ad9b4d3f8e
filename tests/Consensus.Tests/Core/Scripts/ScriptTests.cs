using System.Text;

namespace Consensus.Tests.Core.Scripts;

/// <summary>
/// Scripts with the expected trace beside each command, one for each rule. A command stands before `----`, what happens
/// after it, up to an empty line; lines that begin with '#' say what the script shows.
/// <para>
/// Commands: `cluster voters=… [learners=…] [sleep=ms …]`, `add N`, `campaign N` (its timeout runs out), `elapse MS` (for
/// all), `pass N MS` (for one), `jump N MS` (its clock), `propose N TEXT`, `configure N voters=… learners=…`, `read N
/// [lease]`, `confirm N`, `transfer N TO`, `suspect N M`, `unreachable N M`, `compact N`, `snapshot FROM TO`, `write N` and
/// `apply N` (what is under way ends), `crash N`, `restart N`, `cut N…`, `heal`, `deliver [WORDS]`, `lose [WORDS]`,
/// `repeat [WORDS]` (messages whose text has the words), `stabilize [N…]`, `status [N…]`. `quietly` before any hides its trace.
/// </para>
/// </summary>
/// <remarks>`RAFT_REWRITE=FOLDER` writes the scripts with what happens into that folder, for instance the one they come from.</remarks>
[TestFixture]
public sealed class ScriptTests
{
    private const string Separator = "----";

    private static void Append(StringBuilder text, string command, string happened)
    {
        text.Append(command).Append('\n');
        if (happened.Length > 0)
        {
            text.Append(Separator).Append('\n').Append(happened).Append('\n');
        }
    }

    private static string Folder => Path.Combine(TestContext.CurrentContext.TestDirectory, "Core", "Scripts", "testdata");

    private static IEnumerable<string> Scripts => Directory.GetFiles(Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Scripts))]
    public void What_happens_is_what_the_script_says(string name)
    {
        string expected = File.ReadAllText(Path.Combine(Folder, name));
        string actual = Replay(expected);
        if (Environment.GetEnvironmentVariable("RAFT_REWRITE") is { } folder)
        {
            File.WriteAllText(Path.Combine(folder, name), actual);
            return;
        }

        Assert.That(actual, Is.EqualTo(expected));
    }

    private static string Replay(string script)
    {
        var world = new ScriptWorld();
        var text = new StringBuilder();
        bool skipping = false;
        foreach (string line in script.TrimEnd('\n').Split('\n'))
        {
            if (skipping || line == Separator)
            {
                skipping = line.Length > 0;
            }
            else if (line.Length == 0 || line[0] == '#')
            {
                text.Append(line).Append('\n');
            }
            else
            {
                Append(text, line, world.Run(line));
                skipping = !world.IsQuiet;
            }
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

}
