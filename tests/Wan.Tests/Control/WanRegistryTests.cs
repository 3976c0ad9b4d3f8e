using Wan.Commands;
using Wan.Control;

namespace Wan.Tests.Control;

public sealed class WanRegistryTests
{
    private static readonly ProcessIdentity SomebodyBefore = ProcessIdentity.Own with { StartTicks = ProcessIdentity.Own.StartTicks - 1 };

    private readonly StringWriter _complaints = new();
    private TemporaryDirectory _directory = null!;
    private WanRegistry _registry = null!;

    [SetUp]
    public void Prepare()
    {
        _directory = new TemporaryDirectory();
        _registry = new WanRegistry(new RunRoot(_directory.Path), _complaints);
    }

    [TearDown]
    public void Clean()
    {
        _directory.Dispose();
        _complaints.GetStringBuilder().Clear();
    }

    [Test]
    public void A_name_belongs_to_one_process_until_it_is_given_back()
    {
        _registry.Claim("lab", "lan");
        Assert.That(() => _registry.Claim("lab", "lan"), Throws.TypeOf<WanException>().With.Message.Contains("wan down --name lab"));
        _registry.Release("lab");
        Assert.That(Directory.Exists(_directory.Path), Is.False, "the directory goes with the last one");
        Assert.That(() => _registry.Claim("lab", "lan"), Throws.Nothing);
    }

    [Test]
    public void A_WAN_is_found_once_it_is_ready()
    {
        WanState state = _registry.Claim("lab", "lan");
        Assert.That(() => _registry.Find("lab"), Throws.TypeOf<WanException>().With.Message.Contains("still starting"));
        _registry.Save(state with { Namespaces = [7, 8] });
        Assert.That(_registry.Find("lab").Namespaces, Is.EqualTo((int[])[7, 8]));
        Assert.That(() => _registry.Find("other"), Throws.TypeOf<WanException>().With.Message.Contains("up are lab").And.Property("ExitCode").EqualTo(3));
    }

    [Test]
    public void What_a_dead_process_left_is_removed_and_its_last_words_are_told()
    {
        WanState state = _registry.Claim("old", "lan");
        _registry.Save(state with { Process = SomebodyBefore, Namespaces = [7] });
        File.WriteAllText(_registry.LogPath("old"), "It hurt.\n");
        File.WriteAllText(_registry.SocketPath("old"), "");

        Assert.That(_registry.List(), Is.Empty);
        Assert.That(_complaints.ToString(), Does.Contain("the WAN old had died").And.Contain("It hurt."));
        Assert.That(Directory.Exists(_directory.Path), Is.False);
    }

    [TestCase("")]
    [TestCase("{")]
    [TestCase("null")]
    [TestCase("[1]")]
    public void A_state_that_cannot_be_read_is_a_leftover(string state)
    {
        Directory.CreateDirectory($"{_directory.Path}/old");
        File.WriteAllText($"{_directory.Path}/old/state", state);
        Assert.That(_registry.List(), Is.Empty);
        Assert.That(Directory.Exists($"{_directory.Path}/old"), Is.False);
    }

    [Test]
    public void What_is_not_a_WANs_is_left_alone()
    {
        Directory.CreateDirectory($"{_directory.Path}/photos");
        File.WriteAllText($"{_directory.Path}/photos/state", "{}");
        File.WriteAllText($"{_directory.Path}/photos/1.jpg", "");
        Directory.CreateDirectory($"{_directory.Path}/empty");
        Assert.That(_registry.List(), Is.Empty);
        Assert.That(File.Exists($"{_directory.Path}/photos/1.jpg"), Is.True);
        Assert.That(Directory.Exists($"{_directory.Path}/empty"), Is.True);
        Assert.That(() => _registry.Claim("photos", "lan"), Throws.TypeOf<WanException>().With.Message.Contains("somebody else"));
    }

    [Test]
    public void A_socket_that_would_not_fit_is_told_before_anything_is_made()
    {
        var far = new WanRegistry(new RunRoot($"{_directory.Path}/{new string('x', 100)}"), _complaints);
        Assert.That(() => far.Claim("lab", "lan"), Throws.TypeOf<WanException>().With.Message.Contains("SCPF_WAN_DIR"));
    }
}
