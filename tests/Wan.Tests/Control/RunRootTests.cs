using Wan.Control;

namespace Wan.Tests.Control;

public sealed class RunRootTests
{
    [TestCase("", "/run", "/run/scpfabric-wan")]
    [TestCase("XDG_RUNTIME_DIR=/run/user/7", "/run", "/run/scpfabric-wan")]
    [TestCase("XDG_RUNTIME_DIR=/run/user/7", "/run/user/7", "/run/user/7/scpfabric-wan")]
    [TestCase("XDG_RUNTIME_DIR=/run/user/7 TMPDIR=/var/tmp", "", "/var/tmp/scpfabric-wan")]
    [TestCase("", "", "/tmp/scpfabric-wan")]
    [TestCase("SCPF_WAN_DIR=/x/y", "/run", "/x/y")]
    public void The_first_directory_that_will_do_is_chosen(string variables, string writable, string chosen)
    {
        Dictionary<string, string> environment = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        RunRoot root = RunRoot.Choose(environment.GetValueOrDefault, directory => directory == writable);
        Assert.That(root.Path, Is.EqualTo(chosen));
    }

    [Test]
    public void The_lock_is_made_with_its_directory_and_lost_with_it()
    {
        using var directory = new TemporaryDirectory();
        var root = new RunRoot($"{directory.Path}/run");
        using (root.Lock())
        {
            root.RemoveIfEmpty();
        }

        Assert.That(Directory.Exists(root.Path), Is.False);
        using IDisposable again = root.Lock();
        Assert.That(Directory.Exists(root.Path), Is.True);
    }

    /// <summary>Each holder removes the directory, so those who wait have a lock on nothing and must notice.</summary>
    [Test]
    public void Only_one_holds_the_lock_at_a_time()
    {
        using var directory = new TemporaryDirectory();
        var root = new RunRoot($"{directory.Path}/run");
        int holders = 0;
        int most = 0;
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            using IDisposable held = root.Lock();
            most = Math.Max(most, Interlocked.Increment(ref holders));
            Interlocked.Decrement(ref holders);
            root.RemoveIfEmpty();
        });
        Assert.That(most, Is.EqualTo(1));
    }
}
