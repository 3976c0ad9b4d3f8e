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

    private static readonly CheckLimits Limits = new() { MaxSteps = 5_000_000 };

    [TestCase(1, 64, 100, 0.0, 0.0, 0.0)]
    [TestCase(2, 64, 100, 0.05, 0.3, 0.0)]
    [TestCase(3, 64, 100, 0.05, 0.2, 0.1)]
    [TestCase(4, 64, 10, 0.02, 0.0, 0.0)]
    [TestCase(5, 16, 1, 0.0, 0.0, 0.0)]
    [TestCase(6, 64, 1, 0.0, 0.0, 0.0)]
    [TestCase(7, 64, 1, 0.05, 0.0, 0.0)]
    [TestCase(8, 16, 1, 0.02, 0.3, 0.0)]
    [TestCase(9, 64, 1, 0.02, 0.3, 0.0)]
    public void Long_histories_get_their_verdict(int seed, int clients, int keys, double unknown, double cas, double txn)
    {
        List<Operation> operations = new RandomStore(seed)
        {
            Operations = Operations,
            Clients = clients,
            Keys = keys,
            UnknownShare = unknown,
            CasShare = cas,
            TxnShare = txn,
        }.Run();
        Expect(Verdict.Linearizable, operations, seed);
        Assert.That(Damage.MakeOneReadStale(operations, new Random(seed)), Is.True);
        Expect(Verdict.NotLinearizable, operations, seed);
    }

    private static void Expect(Verdict verdict, List<Operation> operations, int seed)
    {
        var watch = Stopwatch.StartNew();
        CheckResult result = KvChecker.Check(new History(operations), Limits);
        TestContext.Out.WriteLine(FormattableString.Invariant(
            $"seed {seed}: {result.Verdict} after {result.Steps} steps, {watch.ElapsedMilliseconds} ms\n{result.Explanation}"));
        Assert.That(result.Verdict, Is.EqualTo(verdict));
    }
}
