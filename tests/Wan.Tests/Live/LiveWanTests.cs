using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Wan.Control;
using Wan.Daemon;
using Wan.Network;
using Wan.Tests.Control;

namespace Wan.Tests.Live;

/// <summary>Real namespaces and real devices. Needs root and /dev/net/tun; skipped, with the reason, where there are none.</summary>
public sealed class LiveWanTests
{
    private const int SoonMs = 2_000;
    private const int NeverMs = 300;

    private TemporaryDirectory _directory = null!;
    private WanProgram _wan = null!;
    private WanRegistry _registry = null!;

    [OneTimeSetUp]
    public void CheckRights()
    {
        Assume.That(File.Exists(TunDevice.Path), $"there is no {TunDevice.Path} here");
        try
        {
            using NetworkNamespace home = NetworkNamespace.Create(() => TunDevice.Open(Node.DeviceName).Dispose());
        }
        catch (IOException failure)
        {
            Assert.Ignore($"no namespaces and devices can be made here: {failure.Message}");
        }
    }

    [SetUp]
    public void Prepare()
    {
        _directory = new TemporaryDirectory();
        string runDirectory = $"{_directory.Path}/run";
        _wan = new WanProgram(runDirectory);
        _registry = new WanRegistry(new RunRoot(runDirectory), TextWriter.Null);
    }

    [TearDown]
    public void Clean()
    {
        _wan.Do("down", "--all");
        _directory.Dispose();
    }

    [Test]
    public void Packets_take_the_time_of_the_path_and_survive_cuts_and_changes()
    {
        _wan.Do("up", "2", "perfect", "rtt=80ms");
        using var one = new NodeSocket(_registry.Find("default"), 1);
        using var two = new NodeSocket(_registry.Find("default"), 2);
        Assert.That(OneWayMs(one, two), Is.InRange(40, 65));
        Assert.That(OneWayMs(two, one), Is.InRange(40, 65));

        _wan.Do("set", "--pair", "1", "2", "--one-way", "delay=5ms");
        Assert.That(OneWayMs(one, two), Is.InRange(5, 30));
        Assert.That(OneWayMs(two, one), Is.InRange(40, 65));

        _wan.Do("set", "profile=loopback");
        _wan.Do("cut", "1", "2", "--one-way");
        one.SendTo(two, 1);
        Assert.That(two.Receive(NeverMs), Is.Null);
        Assert.That(OneWayMs(two, one), Is.LessThan(25));

        _wan.Do("heal", "1", "2");
        Assert.That(OneWayMs(one, two), Is.LessThan(25));

        _wan.Do("cut", "2", "1");
        one.SendTo(two, 2);
        two.SendTo(one, 3);
        Assert.That(two.Receive(NeverMs), Is.Null);
        Assert.That(one.Receive(0), Is.Null);

        _wan.Do("heal", "--all");
        Assert.That(OneWayMs(one, two), Is.LessThan(25));

        (int exitCode, _, string complaint) = _wan.Run("cut", "1", "3");
        Assert.That((exitCode, complaint), Is.EqualTo((2, "wan: there is no pair 1 3: name two different nodes of 1 to 2\n")));
        (exitCode, _, complaint) = _wan.Run("set", "jitter=1s");
        Assert.That(exitCode, Is.EqualTo(2));
        Assert.That(complaint, Does.Contain("lower the jitter or raise the delay"));
    }

    [Test]
    public void Losses_are_as_many_as_were_asked_for_and_are_counted()
    {
        const int count = 4_000;
        _wan.Do("up", "3", "perfect", "loss=10%", "delay=1ms");
        WanState state = _registry.Find("default");
        using var one = new NodeSocket(state, 1, v6: true);
        using var three = new NodeSocket(state, 3, v6: true);
        _wan.Do("stats", "--reset");
        for (int i = 0; i < count; i++)
        {
            one.SendTo(three, i);
        }

        int last = -1;
        int arrived = 0;
        while (last < count - 50 && three.Receive(SoonMs) is { } packet)
        {
            Assert.That(packet.Number, Is.GreaterThan(last), "order is kept");
            last = packet.Number;
            arrived++;
        }

        while (three.Receive(NeverMs) is not null)
        {
            arrived++;
        }

        StatsReport stats = Stats();
        PairReport pair = stats.Pairs.Single(report => (report.From, report.To) == (1, 3));

        // A binomial's standard deviation is 19 here.
        Assert.That(pair.DroppedRandom, Is.EqualTo(count / 10).Within(100));
        Assert.That((pair.Offered, pair.Delivered), Is.EqualTo(((long)count, (long)arrived)), "packets offered and delivered");
        Assert.That(stats.Lateness.Packets, Is.EqualTo(arrived));
        Assert.That(stats.Nodes.Sum(node => node.Unroutable + node.NoRoom + node.DroppedByDevice), Is.Zero, "nothing else talks");
        Assert.That(_wan.Do("stats"), Does.Contain("1 -> 3").And.Contain("P99.9 MS"));
    }

    [Test]
    public void A_command_inside_a_node_keeps_its_output_and_its_exit_code()
    {
        _wan.Do("up", "2", "lan");
        Assert.That(_wan.Run("exec", "2", "--", "sh", "-c", "echo out; echo err >&2; exit 42"), Is.EqualTo((42, "out\n", "err\n")));
        Assert.That(_wan.Do("exec", "1", "cat", "/proc/net/dev"), Does.Contain("wan0:").And.Contain("lo:").And.Not.Contain("eth0"));
        Assert.That(_wan.Run("exec", "1", "no-such-program").ExitCode, Is.EqualTo(127));
        Assert.That(_wan.Run("exec", "1", "/").ExitCode, Is.EqualTo(126));
        Assert.That(_wan.Run("exec", "3", "true").ExitCode, Is.EqualTo(2));

        int pid = int.Parse(_wan.Do("exec", "1", "sh", "-c", "echo $$"), CultureInfo.InvariantCulture);
        Assert.That(Directory.EnumerateFileSystemEntries(Path.GetTempPath(), $"*-{pid}-*"), Is.Empty, "nothing of the runtime that the command took the place of");

        // The runtime ignores SIGPIPE, the thirteenth signal; the command must not.
        string ignored = _wan.Do("exec", "1", "sh", "-c", "grep SigIgn /proc/self/status").Split('\t')[1];
        Assert.That(ulong.Parse(ignored, NumberStyles.HexNumber | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) & (1UL << 12), Is.Zero);
    }

    [Test]
    public void A_killed_simulator_leaves_nothing_once_the_next_command_has_run()
    {
        _wan.Do("up", "2", "lan");
        WanState state = _registry.Find("default");
        string[] namespaces = [.. state.Namespaces.Select(descriptor => NamespaceNamed(state, descriptor))];
        Assert.That(namespaces, Has.All.StartsWith("net:["));
        Assert.That(Holders(namespaces), Is.EqualTo((int[])[state.Process.Pid]));

        Assert.That(state.Process.Kill(SoonMs), Is.True);
        (int exitCode, string output, string complaints) = _wan.Run("ls");
        Assert.That((exitCode, output.Contains("default", StringComparison.Ordinal)), Is.EqualTo((0, false)));
        Assert.That(complaints, Does.Contain("the WAN default had died and was cleaned up"));
        Assert.That(Directory.EnumerateFileSystemEntries(_directory.Path), Is.Empty);
        Assert.That(Holders(namespaces), Is.Empty);
        Assert.That(RuntimeTraces.PathsOf(state.Process).Where(File.Exists), Is.Empty);
        Assert.That(Directory.Exists("/sys/class/net/wan0"), Is.False, "no device came out into this namespace");

        _wan.Do("up", "2", "lan");
    }

    [Test]
    public void Two_live_side_by_side_and_a_name_is_taken_once()
    {
        _wan.Do("up", "2", "perfect", "--name", "near", "delay=2ms");
        _wan.Do("up", "2", "perfect", "--name", "far", "delay=50ms");
        (int exitCode, _, string complaint) = _wan.Run("up", "2", "lan", "--name", "far");
        Assert.That((exitCode, complaint), Is.EqualTo((5, "wan: a WAN named far is up already: take it down with `wan down --name far`, or give this one another --name\n")));
        using (var one = new NodeSocket(_registry.Find("near"), 1))
        using (var two = new NodeSocket(_registry.Find("near"), 2))
        using (var farOne = new NodeSocket(_registry.Find("far"), 1))
        using (var farTwo = new NodeSocket(_registry.Find("far"), 2))
        {
            Assert.That(OneWayMs(one, two), Is.InRange(2, 27));
            Assert.That(OneWayMs(farOne, farTwo), Is.InRange(50, 75));
            Assert.That(two.Receive(0), Is.Null);
        }

        _wan.Do("down", "--name", "near");
        Assert.That(_wan.Do("ls"), Does.Contain("far").And.Not.Contain("near"));
        _wan.Do("down", "--name", "far");
        Assert.That(Directory.EnumerateFileSystemEntries(_directory.Path), Is.Empty);
    }

    /// <summary>The shortest of a few, since a machine under load makes single packets wait for the test's own thread.</summary>
    private static double OneWayMs(NodeSocket from, NodeSocket to)
    {
        double shortest = double.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long sentTicks = Stopwatch.GetTimestamp();
            from.SendTo(to, i);
            (int Number, long AtTicks)? arrived = to.Receive(SoonMs);
            Assert.That(arrived?.Number, Is.EqualTo(i), $"the packet from node {from.Node} to node {to.Node}");
            shortest = Math.Min(shortest, Stopwatch.GetElapsedTime(sentTicks, arrived!.Value.AtTicks).TotalMilliseconds);
        }

        return shortest;
    }

    private StatsReport Stats() => JsonSerializer.Deserialize(_wan.Do("stats", "--json"), WanJson.Default.StatsReport)!;

    private static string NamespaceNamed(WanState state, int descriptor) =>
        new FileInfo($"/proc/{state.Process.Pid}/fd/{descriptor}").LinkTarget ?? "";

    /// <summary>Every process that has one of the namespaces open or lives in it.</summary>
    private static List<int> Holders(string[] namespaces)
    {
        var holders = new List<int>();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out int pid) && LinksOf(directory).Any(namespaces.Contains))
            {
                holders.Add(pid);
            }
        }

        return holders;
    }

    private static List<string> LinksOf(string process)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries($"{process}/fd").Append($"{process}/ns/net").Select(path => new FileInfo(path).LinkTarget ?? "")];
        }
        catch (IOException)
        {
            // The process ended meanwhile, so it holds nothing.
            return [];
        }
    }
}
