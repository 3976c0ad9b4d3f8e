using System.Diagnostics;
using Histories.Kv;
using Histories.Linearizability;
using Histories.Recording;
using Histories.Tests.Support;

namespace Histories.Tests.Kv;

/// <summary>Histories as long as a load run's get a verdict, whether good or with one fault in ten thousand answers.</summary>
public sealed class LargeHistoryTests
{
    private const int Operations = 10_000;

    private static readonly CheckLimits Limits = new() { MaxSteps = 1_000_000 };

    [TestCase(1, 64, 100, 0.0, 0.0, 0.0)]
    [TestCase(2, 64, 100, 0.05, 0.3, 0.0)]
    [TestCase(3, 64, 100, 0.05, 0.2, 0.1)]
    [TestCase(4, 64, 100, 0.05, 0.2, 0.5)]
    [TestCase(5, 64, 10, 0.02, 0.0, 0.0)]
    [TestCase(6, 8, 5, 0.05, 0.2, 0.3)]
    [TestCase(7, 16, 1, 0.0, 0.0, 0.0)]
    [TestCase(8, 64, 1, 0.05, 0.0, 0.0)]
    [TestCase(9, 16, 1, 0.02, 0.3, 0.0)]
    public void Long_histories_get_their_verdict(int seed, int clients, int keys, double unknown, double cas, double txn)
    {
        List<Operation> operations = Run(seed, clients, keys, unknown, cas, txn);
        Assert.That(Check(operations, seed).Verdict, Is.EqualTo(Verdict.Linearizable));
        Assert.That(Damage.MakeOneReadStale(operations, new Random(seed)), Is.True);
        Assert.That(Check(operations, seed).Verdict, Is.EqualTo(Verdict.NotLinearizable));
    }

    [TestCase(11, 64, 1, 0.05, 0.3, 0.0)]
    [TestCase(12, 64, 10, 0.05, 0.1, 0.5)]
    public void Where_too_many_meet_on_a_key_there_may_be_no_verdict_but_never_a_wrong_one(
        int seed, int clients, int keys, double unknown, double cas, double txn)
    {
        List<Operation> operations = Run(seed, clients, keys, unknown, cas, txn);
        Assert.That(Check(operations, seed).Verdict, Is.Not.EqualTo(Verdict.NotLinearizable));
        Assert.That(Damage.MakeOneReadStale(operations, new Random(seed)), Is.True);
        Assert.That(Check(operations, seed).Verdict, Is.Not.EqualTo(Verdict.Linearizable));
    }

    [Test]
    public void A_torn_read_among_ten_thousand_operations_is_found()
    {
        List<Operation> operations = Run(seed: 13, clients: 32, keys: 50, unknown: 0.02, cas: 0.0, txn: 0.3);
        long endNs = operations.Max(o => o.EndNs!.Value);
        operations.Add(Operation.Txn([], [("k0", "left"), ("k1", "right")]).At(endNs + 1, endNs + 10));
        operations.Add(Operation.Get("k0", "left").At(endNs + 2, endNs + 3));
        operations.Add(Operation.Txn([("k0", "left"), ("k1", "right")], []).At(endNs + 11, endNs + 12));
        Assert.That(Check(operations, 13).Verdict, Is.EqualTo(Verdict.Linearizable));
        operations.Add(Operation.Txn([("k1", "before")], []).At(endNs + 4, endNs + 5));
        operations.Add(Operation.Put("k1", "before").At(endNs + 1, endNs + 1));
        CheckResult torn = Check(operations, 13);
        Assert.That(torn.Verdict, Is.EqualTo(Verdict.NotLinearizable));
    }

    private static List<Operation> Run(int seed, int clients, int keys, double unknown, double cas, double txn) => new RandomStore(seed)
    {
        Operations = Operations,
        Clients = clients,
        Keys = keys,
        UnknownShare = unknown,
        CasShare = cas,
        TxnShare = txn,
    }.Run();

    private static CheckResult Check(List<Operation> operations, int seed)
    {
        var watch = Stopwatch.StartNew();
        CheckResult result = KvChecker.Check(new History(operations), Limits);
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"seed {seed}: {result.Verdict} after {result.Steps} steps, {watch.ElapsedMilliseconds} ms\n{result.Explanation}"));
        return result;
    }
}
