using Scp.PathModel;
using Wan.Commands;
using Wan.Daemon;
using Wan.Forwarding;

namespace Wan.Tests.Commands;

public sealed class ParsingTests
{
    [Test]
    public void Up_takes_its_options_anywhere()
    {
        DaemonOptions options = Up("3", "--name", "lab", "bad", "--seed=7", "loss=1%", "--mtu", "1400", "--urgency", "nice");
        Assert.That(options, Is.EqualTo(new DaemonOptions
        {
            Name = "lab",
            Nodes = 3,
            Profile = PathProfiles.Bad with { LossProbability = 0.01, Name = "bad*" },
            Seed = 7,
            MtuBytes = 1400,
            Urgency = ThreadUrgency.Nice,
        }));
    }

    [Test]
    public void Up_has_defaults() =>
        Assert.That(Up("2", "lan"), Is.EqualTo(new DaemonOptions { Name = "default", Nodes = 2, Profile = PathProfiles.Lan, Seed = 1, MtuBytes = 1500 }));

    [TestCase("the number of nodes is missing")]
    [TestCase("the profile is missing", "2")]
    [TestCase("1 is no number of nodes: a WAN has 2 to 8", "1", "lan")]
    [TestCase("9 is no number of nodes", "9", "lan")]
    [TestCase("the profile moon is unknown: use one of perfect, loopback, lan", "2", "moon")]
    [TestCase("the key colour is unknown", "2", "lan", "colour=red")]
    [TestCase("JitterNs (900000000) is larger than OneWayDelayNs", "2", "lan", "jitter=900ms")]
    [TestCase("the option --fast is unknown", "2", "lan", "--fast")]
    [TestCase("--seed needs a value", "2", "lan", "--seed")]
    [TestCase("-3 is no seed", "2", "lan", "--seed", "-3")]
    [TestCase("500 is no MTU: use 1280 to 65535 bytes", "2", "lan", "--mtu", "500")]
    [TestCase("../etc is no name", "2", "lan", "--name", "../etc")]
    [TestCase("high is no urgency: use realtime, nice or normal", "2", "lan", "--urgency", "high")]
    public void Up_says_what_is_wrong(string sentence, params string[] words) =>
        Assert.That(() => Up(words), Throws.TypeOf<WanException>().With.Message.Contains(sentence).And.Property("ExitCode").EqualTo(2));

    [TestCase("1 -- ls -l", "default", 1, "ls -l")]
    [TestCase("1 ls -l", "default", 1, "ls -l")]
    [TestCase("--name lab 2 -- ls --name x", "lab", 2, "ls --name x")]
    [TestCase("--name=lab 2 ls -- x", "lab", 2, "ls -- x")]
    [TestCase("1 -- -- x", "default", 1, "-- x")]
    public void Exec_leaves_the_command_alone(string words, string name, int node, string command)
    {
        (string Name, int Node, List<string> Command) parsed = ExecCommand.Parse(words.Split(' '));
        Assert.That((parsed.Name, parsed.Node, string.Join(' ', parsed.Command)), Is.EqualTo((name, node, command)));
    }

    [TestCase("the node is missing")]
    [TestCase("the node is missing", "--name", "lab")]
    [TestCase("the command to run is missing", "1")]
    [TestCase("the command to run is missing", "1", "--")]
    [TestCase("ls is no node", "ls", "-l")]
    [TestCase("0 is no node", "0", "ls")]
    [TestCase("--node", "--node", "1", "ls")]
    public void Exec_says_what_is_wrong(string sentence, params string[] words) =>
        Assert.That(() => ExecCommand.Parse(words), Throws.TypeOf<WanException>().With.Message.Contains(sentence).And.Property("ExitCode").EqualTo(2));

    [Test]
    public void A_pair_is_two_nodes()
    {
        var arguments = new Arguments(["delay=1ms", "--pair", "1", "2", "loss=1%"]);
        Assert.That(arguments.TakePair("--pair"), Is.EqualTo((1, 2)));
        Assert.That(arguments.TakeRest(), Is.EqualTo((string[])["delay=1ms", "loss=1%"]));
        Assert.That(() => new Arguments(["--pair", "1"]).TakePair("--pair"), Throws.TypeOf<WanException>());
        Assert.That(() => new Arguments(["--pair", "1", "x"]).TakePair("--pair"), Throws.TypeOf<WanException>());
    }

    private static DaemonOptions Up(params string[] words) => UpCommand.Parse(new Arguments(words));
}
