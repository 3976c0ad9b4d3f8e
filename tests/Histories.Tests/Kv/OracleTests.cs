using Histories.Kv;
using Histories.Linearizability;
using Histories.Recording;
using Histories.Tests.Support;

namespace Histories.Tests.Kv;

/// <summary>The checker and the oracle agree on many small histories, good ones and bad ones.</summary>
public sealed class OracleTests
{
    private const int HistoriesPerCase = 2_500;

    [TestCase(1, 1, 0, 0.0, 0.0, 0.0)]
    [TestCase(2, 1, 2, 0.0, 0.0, 0.0)]
    [TestCase(3, 1, 0, 0.4, 0.0, 0.0)]
    [TestCase(4, 1, 2, 0.4, 0.0, 0.0)]
    [TestCase(5, 1, 0, 0.3, 0.5, 0.0)]
    [TestCase(6, 1, 3, 0.3, 0.5, 0.0)]
    [TestCase(7, 1, 2, 0.6, 0.5, 0.0)]
    [TestCase(8, 2, 0, 0.2, 0.2, 0.5)]
    [TestCase(9, 2, 2, 0.4, 0.2, 0.5)]
    [TestCase(10, 3, 0, 0.3, 0.0, 0.8)]
    public void Checker_and_oracle_agree(int seed, int keys, int values, double unknown, double cas, double txn)
    {
        var random = new Random(seed);
        int good = 0;
        for (int i = 0; i < HistoriesPerCase; i++)
        {
            int seedOfOne = (seed * 1_000_000) + i;
            List<Operation> operations = RandomStore
                .Seeded(seedOfOne, operations: random.Next(2, 7), clients: random.Next(1, 5), keys, values, unknown, cas, txn, maxTicks: random.Next(5, 60))
                .Run();
            bool isSpoilt = random.Next(4) != 0;
            for (int spoils = random.Next(1, 4); isSpoilt && spoils > 0; spoils--)
            {
                Damage.Spoil(operations, random);
            }

            bool expected = KvOracle.IsLinearizable(operations);
            CheckResult result = KvChecker.Check(new History(operations));
            good += expected ? 1 : 0;
            Assert.That(result.Verdict, Is.EqualTo(expected ? Verdict.Linearizable : Verdict.NotLinearizable),
                () => $"seed {seedOfOne}\n{operations.Text()}{result.Explanation}");
            Assert.That(expected || isSpoilt, () => $"seed {seedOfOne}: not linearizable as made\n{operations.Text()}");
            Assert.That(result.Explanation, expected ? Is.Empty : Is.Not.Empty);
        }

        TestContext.Out.WriteLine($"seed {seed}: {good} good, {HistoriesPerCase - good} bad");
        Assert.That(good, Is.InRange(HistoriesPerCase / 10, HistoriesPerCase * 9 / 10), "the histories say little if nearly all are alike");
    }
}
