using Wan.Tests.Control;

namespace Wan.Tests.Live;

/// <summary>The program as a process, as far as it needs no rights.</summary>
public sealed class UsageTests
{
    [TestCase(0, "usage:", "--help")]
    [TestCase(0, "intercontinental", "profiles")]
    [TestCase(0, "NAME", "ls")]
    public void It_helps(int exitCode, string word, params string[] words)
    {
        using var directory = new TemporaryDirectory();
        (int ExitCode, string Output, string Complaints) run = new WanProgram(directory.Path).Run(words);
        Assert.That((run.ExitCode, run.Complaints), Is.EqualTo((exitCode, "")));
        Assert.That(run.Output, Does.Contain(word));
    }

    [TestCase(2, "usage:")]
    [TestCase(2, "the command fly is unknown", "fly")]
    [TestCase(2, "a WAN has 2 to 8", "up", "1", "lan")]
    [TestCase(2, "nothing to set", "set")]
    [TestCase(2, "--one-way needs --pair", "set", "--one-way", "loss=1%")]
    [TestCase(2, "the second node is missing", "cut", "1")]
    [TestCase(2, "now is not understood here", "heal", "1", "2", "now")]
    [TestCase(3, "no WAN named default is up: start one with `wan up`", "stats")]
    [TestCase(3, "no WAN named x is up", "down", "--name", "x")]
    [TestCase(3, "no WAN named default is up", "exec", "1", "true")]
    public void It_says_what_is_wrong_in_one_sentence_on_the_other_stream(int exitCode, string sentence, params string[] words)
    {
        using var directory = new TemporaryDirectory();
        (int ExitCode, string Output, string Complaints) run = new WanProgram(directory.Path).Run(words);
        Assert.That((run.ExitCode, run.Output), Is.EqualTo((exitCode, "")));
        Assert.That(run.Complaints, Does.Contain(sentence));
    }
}
