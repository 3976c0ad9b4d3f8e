using System.Text;
using Wan.Control;
using Wan.Forwarding;
using Wan.Network;

namespace Wan.Tests.Control;

/// <summary>What is read out of files that the kernel writes.</summary>
public sealed class KernelTextTests
{
    private const string Tail = " 1 7 7 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 98765 1000 100 18446744073709551615";

    [TestCase("42 (wan) S" + Tail, 98765ul)]
    [TestCase("42 (a) b (c)) R" + Tail, 98765ul)]
    [TestCase("42 (wan) Z" + Tail, null)]
    [TestCase("42 (wan) S 1 2", null)]
    [TestCase("", null)]
    public void The_start_of_a_process_is_found_and_a_zombie_has_none(string stat, ulong? start) =>
        Assert.That(ProcessIdentity.ParseStart(stat), Is.EqualTo(start));

    [Test]
    public void This_process_lives_and_one_that_had_its_number_does_not()
    {
        Assert.That(ProcessIdentity.Own.IsAlive, Is.True);
        Assert.That((ProcessIdentity.Own with { StartTicks = 1 }).IsAlive, Is.False);
        Assert.That(new ProcessIdentity(int.MaxValue, 1).IsAlive, Is.False);
        Assert.That(new ProcessIdentity(int.MaxValue, 1).Kill(timeoutMs: 1), Is.True);
    }

    [Test]
    public void Drops_are_read_from_the_right_column()
    {
        const string table = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:       1       2    3    4    5     6          7         8        9      10   11   12   13    14      15         16
              wan0:     101     102  103  104  105   106        107       108      109     110  111  112  113   114     115        116
            """;
        Assert.That(DeviceCounters.TransmitDropped(table, "wan0"), Is.EqualTo(112));
        Assert.That(DeviceCounters.TransmitDropped(table, "wan1"), Is.Zero);
    }

    [TestCase("37034292 341349 68\n", true, 341349)]
    [TestCase("37034292\n", false, 0)]
    [TestCase("", false, 0)]
    public void The_time_waited_is_the_second_number(string text, bool known, long waitedNs)
    {
        Assert.That(WaitMeter.TryParse(Encoding.ASCII.GetBytes(text), out long read), Is.EqualTo(known));
        Assert.That(read, Is.EqualTo(waitedNs));
    }
}
