using Histories.Kv;
using Histories.Linearizability;
using Histories.Recording;
using Histories.Tests.Support;
using static Histories.Recording.Operation;

namespace Histories.Tests.Kv;

/// <summary>The faults that stores are known for, and the histories beside them that look alike and are fine.</summary>
public sealed class KnownHistoryTests
{
    [Test]
    public void Nothing_happened() => Good();

    [Test]
    public void A_read_sees_the_write_before_it() => Good(Put("x", "a").At(0, 1), Get("x", "a").At(2, 3));

    [Test]
    public void A_stale_read()
    {
        Bad(Put("x", "a").At(0, 1), Put("x", "b").At(2, 3), Get("x", "a").At(4, 5));
        Good(Put("x", "a").At(0, 1), Put("x", "b").At(2, 4), Get("x", "a").At(3, 5));
        Good(Put("x", "a").At(0, 1), Put("x", "b").At(2, 4), Get("x", "a").At(4, 5));
    }

    [Test]
    public void A_lost_write()
    {
        Bad(Put("x", "a").At(0, 1), Get("x", null).At(2, 3));
        Good(Put("x", "a").At(0, 2), Get("x", null).At(1, 3));
        Good(Put("x", "a").At(0, 1), Delete("x").At(1, 4), Get("x", null).At(2, 3));
    }

    [Test]
    public void A_value_that_nobody_wrote()
    {
        Bad(Get("x", "ghost").At(0, 1));
        Bad(Put("x", "a").FailedAt(0, 1), Get("x", "a").At(2, 3));
        Bad(Put("y", "a").At(0, 1), Get("x", "a").At(2, 3));
        Bad(Get("x", "a").At(0, 1), Put("x", "a").At(2, 3));
    }

    [Test]
    public void A_value_from_before_the_history()
    {
        Operation[] history = [Get("x", "old").At(0, 1), Put("x", "new").At(2, 3)];
        Bad(history);
        var initial = new Dictionary<string, string> { ["x"] = "old" };
        Assert.That(KvChecker.Check(new History(history), initial: initial).Verdict, Is.EqualTo(Verdict.Linearizable));
    }

    [Test]
    public void Two_swaps_from_one_value()
    {
        Bad(Put("x", "a").At(0, 1), Cas("x", "a", "b", true).At(2, 5), Cas("x", "a", "c", true).At(2, 5));
        Good(Put("x", "a").At(0, 1), Cas("x", "a", "b", true).At(2, 5), Cas("x", "a", "c", false).At(2, 5));
        Good(Put("x", "a").At(0, 1), Cas("x", "a", "b", true).At(2, 5), Cas("x", "a", "c", true).At(2, 5), Put("x", "a").UnknownFrom(3));
    }

    [Test]
    public void A_swap_refused_though_the_value_stood()
    {
        Bad(Put("x", "a").At(0, 1), Cas("x", "a", "b", false).At(2, 3));
        Good(Put("x", "a").At(0, 1), Put("x", "c").UnknownFrom(0), Cas("x", "a", "b", false).At(2, 3));
        Bad(Put("x", "a").At(0, 1), Put("x", "c").UnknownFrom(0), Cas("x", "a", "b", false).At(2, 3), Get("x", "a").At(4, 5));
    }

    [Test]
    public void A_swap_from_nothing()
    {
        Good(Cas("x", null, "a", true).At(0, 1), Get("x", "a").At(2, 3));
        Bad(Cas("x", null, "a", true).At(0, 1), Cas("x", null, "b", true).At(2, 3));
        Good(Cas("x", null, "a", true).At(0, 1), Delete("x").UnknownFrom(0), Cas("x", null, "b", true).At(2, 3));
    }

    [Test]
    public void A_put_of_unknown_fate()
    {
        Good(Put("x", "a").UnknownFrom(0), Get("x", null).At(1, 2));
        Good(Put("x", "a").UnknownFrom(0), Get("x", null).At(1, 2), Get("x", "a").At(1_000, 1_001));
        Bad(Get("x", "a").At(0, 1), Put("x", "a").UnknownFrom(2));
    }

    [Test]
    public void A_put_of_unknown_fate_seen_and_then_unseen()
    {
        Bad(Put("x", "a").UnknownFrom(0), Get("x", "a").At(1, 2), Get("x", null).At(3, 4));
        Good(Put("x", "a").UnknownFrom(0), Delete("x").UnknownFrom(0), Get("x", "a").At(1, 2), Get("x", null).At(3, 4));
    }

    [Test]
    public void A_put_of_unknown_fate_takes_effect_once()
    {
        Bad(
            Put("x", "a").UnknownFrom(0), Get("x", "a").At(1, 2), Put("x", "b").At(3, 4), Get("x", "b").At(5, 6), Get("x", "a").At(7, 8));
        Good(
            Put("x", "a").UnknownFrom(0), Put("x", "a").UnknownFrom(0),
            Get("x", "a").At(1, 2), Put("x", "b").At(3, 4), Get("x", "b").At(5, 6), Get("x", "a").At(7, 8));
    }

    [Test]
    public void A_swap_of_unknown_fate_needs_its_old_value()
    {
        Good(Put("x", "a").At(0, 1), Cas("x", "a", "b", false).UnknownFrom(2), Get("x", "b").At(3, 4));
        Bad(Put("x", "c").At(0, 1), Cas("x", "a", "b", false).UnknownFrom(2), Get("x", "b").At(3, 4));
    }

    [Test]
    public void Reads_that_go_back()
    {
        Bad(Put("x", "a").At(0, 1), Put("x", "b").At(2, 20), Get("x", "b").At(3, 4), Get("x", "a").At(5, 6));
        Good(Put("x", "a").At(0, 1), Put("x", "b").At(2, 20), Get("x", "a").At(3, 4), Get("x", "b").At(5, 6));
        Good(Put("x", "a").At(0, 1), Put("x", "b").At(2, 20), Get("x", "b").At(3, 5), Get("x", "a").At(4, 6));
    }

    [Test]
    public void Readers_that_disagree_on_the_order_of_two_writes() =>
        Bad(
            Put("x", "a").At(0, 20), Put("x", "b").At(0, 20),
            Get("x", "a").At(1, 2), Get("x", "b").At(3, 4), Get("x", "a").At(5, 6));

    [Test]
    public void A_torn_read_of_a_transaction()
    {
        Operation write = Txn([], [("x", "1"), ("y", "1")]).At(0, 10);
        Bad(write, Txn([("x", "1"), ("y", null)], []).At(1, 2));
        Bad(write, Get("x", "1").At(1, 2), Get("y", null).At(3, 4));
        Good(write, Get("y", null).At(1, 2), Get("x", "1").At(3, 4));
        Good(write, Txn([("x", "1"), ("y", "1")], []).At(1, 2));
    }

    [Test]
    public void Transactions_that_each_miss_the_other() =>
        Bad(
            Txn([("y", null)], [("x", "1")]).At(0, 10),
            Txn([("x", null)], [("y", "1")]).At(0, 10));

    [Test]
    public void A_transaction_reads_before_it_writes()
    {
        Good(Put("x", "1").At(0, 1), Txn([("x", "1")], [("x", "2")]).At(2, 3), Get("x", "2").At(4, 5));
        Bad(Put("x", "1").At(0, 1), Txn([("x", "2")], [("x", "2")]).At(2, 3));
    }

    [Test]
    public void A_transaction_of_unknown_fate_is_whole_or_nothing()
    {
        Good(Txn([], [("x", "1"), ("y", "1")]).UnknownFrom(0), Get("x", "1").At(1, 2), Get("y", "1").At(3, 4));
        Bad(Txn([], [("x", "1"), ("y", "1")]).UnknownFrom(0), Get("x", "1").At(1, 2), Get("y", null).At(3, 4));
    }

    [Test]
    public void The_explanation_names_the_key_the_order_and_what_does_not_fit()
    {
        CheckResult result = Check(
            Put("fine", "a").At(0, 1), Put("x", "a").At(0, 1), Put("x", "b").At(2, 3), Cas("x", "b", "c", true).At(4, 5), Get("x", "b").At(6, 7));
        Assert.That(result.Explanation, Does.StartWith("key \"x\": ").And.Not.Contain("fine"));
        Assert.That(result.Explanation, Does.Contain("3 of 4 answered operations can be put in order"));
        Assert.That(result.Explanation, Does.Contain("the state then: \"x\" = a value that nobody saw"));
        Assert.That(result.Explanation, Does.Contain("process 0: get \"x\" -> \"b\" [6..7 ns]: not in this state"));
    }

    [Test]
    public void The_explanation_names_the_operations_that_leave_one_no_moment()
    {
        CheckResult result = Check(Put("x", "a").At(0, 1), Put("x", "b").At(2, 3), Get("x", "a").At(4, 5));
        Assert.That(result.Explanation, Does.Contain(
            "no moment is left for process 0: put \"x\" = \"a\" [0..1 ns]: given all answers it cannot come before process 0: put \"x\" = \"b\" [2..3 ns]"));
    }

    [Test]
    public void Without_steps_to_spend_there_is_no_verdict()
    {
        Operation[] history = [.. Enumerable.Range(0, 8).Select(i => Put("x", "a").At(0, 10 + i)), Cas("x", "b", "c", false).At(0, 10)];
        var none = new CheckLimits { MaxSteps = 1 };
        Assert.That(KvChecker.Check(new History(history), none).Verdict, Is.EqualTo(Verdict.Unknown));
        Assert.That(KvChecker.Check(new History(history), new CheckLimits { MaxVisitedBytes = 16 }).Verdict, Is.EqualTo(Verdict.Unknown));
        Assert.That(KvChecker.Check(new History(history), new CheckLimits { MaxTime = TimeSpan.Zero }).Verdict, Is.EqualTo(Verdict.Unknown));
        Assert.That(KvChecker.Check(new History(history)).Verdict, Is.EqualTo(Verdict.Linearizable));
    }

    private static CheckResult Check(params Operation[] operations) => KvChecker.Check(new History(operations));

    private static void Good(params Operation[] operations) => Expect(Verdict.Linearizable, operations);

    private static void Bad(params Operation[] operations) => Expect(Verdict.NotLinearizable, operations);

    private static void Expect(Verdict verdict, Operation[] operations)
    {
        CheckResult result = Check(operations);
        Assert.That(result.Verdict, Is.EqualTo(verdict), () => operations.Text() + result.Explanation);
        Assert.That(KvOracle.IsLinearizable(operations), Is.EqualTo(verdict == Verdict.Linearizable), "the oracle sees it otherwise");
    }
}
