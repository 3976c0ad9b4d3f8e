using Histories.ExactlyOnce;

namespace Histories.Tests.ExactlyOnce;

public sealed class ExactlyOnceTests
{
    private static readonly Dictionary<CommandId, CommandFate> Sent = new()
    {
        [new(1, 1)] = CommandFate.Acknowledged,
        [new(1, 2)] = CommandFate.Unknown,
        [new(2, 1)] = CommandFate.Refused,
        [new(2, 2)] = CommandFate.Acknowledged,
    };

    [Test]
    public void Acknowledged_once_and_unknown_at_most_once_is_clean()
    {
        Assert.That(Check((1, 1), (2, 2)), Is.Empty);
        Assert.That(Check((2, 2), (1, 2), (1, 1)), Is.Empty);
    }

    [Test]
    public void Each_fault_has_its_sentence()
    {
        Assert.That(Check((1, 1)), Is.EqualTo(new[] { "client 2 command 2 was acknowledged and never applied" }));
        Assert.That(Check((1, 1), (2, 2), (1, 1)), Is.EqualTo(new[] { "client 1 command 1 was applied twice, at 0 and at 2" }));
        Assert.That(Check((1, 1), (1, 2), (1, 2), (2, 2)), Is.EqualTo(new[] { "client 1 command 2 was applied twice, at 1 and at 2" }));
        Assert.That(Check((1, 1), (2, 1), (2, 2)), Is.EqualTo(new[] { "client 2 command 1 was applied at 1, and its client was told that it never would be" }));
        Assert.That(Check((1, 1), (2, 2), (3, 1)), Is.EqualTo(new[] { "client 3 command 1 was applied at 2, and nobody sent it" }));
    }

    [Test]
    public void Many_faults_are_cut_short() => Assert.That(
        ExactlyOnceChecker.Check(Sent, Enumerable.Range(0, 1_000).Select(i => new CommandId(9, (ulong)i))),
        Has.Count.EqualTo(ExactlyOnceChecker.MaxFaults));

    private static IReadOnlyList<string> Check(params (ulong Client, ulong Sequence)[] applied) =>
        ExactlyOnceChecker.Check(Sent, applied.Select(a => new CommandId(a.Client, a.Sequence)));
}
