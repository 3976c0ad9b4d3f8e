using Histories.Kv;
using Histories.Linearizability;
using Histories.Recording;
using Histories.Tests.Support;

namespace Histories.Tests.Kv;

/// <summary>The checker and slow, plain oracles agree on many small histories, good ones and bad ones.</summary>
public sealed class OracleTests
{
    private const int HandfulsPerCase = 4_000;
    private const int DozensPerCase = 1_000;

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
    public void On_a_handful_of_operations_the_checker_agrees_with_brute_force(
        int seed, int keys, int values, double unknown, double cas, double txn) =>
        Compare(seed, HandfulsPerCase, KvOracle.IsLinearizable, random => new RandomStore(random.Next())
        {
            Operations = random.Next(2, 7),
            Clients = random.Next(1, 5),
            Keys = keys,
            Values = values,
            UnknownShare = unknown,
            CasShare = cas,
            TxnShare = txn,
            MaxPauseTicks = random.Next(2, 60),
            MaxWaitTicks = random.Next(2, 60),
        });

    [TestCase(21, 1, 3, 0.2, 0.3, 0.0)]
    [TestCase(22, 2, 0, 0.0, 0.2, 0.4)]
    [TestCase(23, 3, 3, 0.3, 0.4, 0.3)]
    [TestCase(24, 4, 0, 0.3, 0.3, 0.4)]
    [TestCase(25, 4, 2, 0.4, 0.4, 0.2)]
    [TestCase(26, 6, 0, 0.2, 0.2, 0.6)]
    public void On_a_dozen_operations_the_checker_agrees_with_a_plain_search(
        int seed, int keys, int values, double unknown, double cas, double txn) =>
        Compare(seed, DozensPerCase, MemoOracle.IsLinearizable, random => new RandomStore(random.Next())
        {
            Operations = random.Next(8, 15),
            Clients = random.Next(2, 7),
            Keys = keys,
            Values = values,
            UnknownShare = unknown,
            CasShare = cas,
            TxnShare = txn,
            MaxPauseTicks = random.Next(2, 60),
            MaxWaitTicks = random.Next(2, 60),
        });

    [Test]
    public void The_plain_search_agrees_with_brute_force()
    {
        var random = new Random(41);
        for (int i = 0; i < HandfulsPerCase; i++)
        {
            var store = new RandomStore(random.Next()) { Operations = 6, Keys = 2, Values = 2, UnknownShare = 0.3, CasShare = 0.3, TxnShare = 0.3, MaxPauseTicks = 40 };
            List<Operation> operations = store.Run();
            Spoil(operations, random);
            Assert.That(MemoOracle.IsLinearizable(operations), Is.EqualTo(KvOracle.IsLinearizable(operations)), operations.Text);
        }
    }

    private static void Compare(int seed, int count, Func<List<Operation>, bool> oracle, Func<Random, RandomStore> make)
    {
        var random = new Random(seed);
        int good = 0;
        for (int i = 0; i < count; i++)
        {
            List<Operation> operations = make(random).Run();
            bool isSpoilt = random.Next(4) != 0;
            if (isSpoilt)
            {
                Spoil(operations, random);
            }

            bool expected = oracle(operations);
            CheckResult result = KvChecker.Check(new History(operations));
            good += expected ? 1 : 0;
            Assert.That(result.Verdict, Is.EqualTo(expected ? Verdict.Linearizable : Verdict.NotLinearizable),
                () => $"seed {seed}, history {i}\n{operations.Text()}{result.Explanation}");
            Assert.That(expected || isSpoilt, () => $"seed {seed}, history {i}: not linearizable as made\n{operations.Text()}");
            Assert.That(result.Explanation, expected ? Is.Empty : Is.Not.Empty);
        }

        TestContext.Out.WriteLine($"seed {seed}: {good} good, {count - good} bad");
        Assert.That(good, Is.InRange(count / 20, count * 19 / 20), "the histories say little if nearly all are alike");
    }

    private static void Spoil(List<Operation> operations, Random random)
    {
        for (int spoils = random.Next(1, 6); spoils > 0; spoils--)
        {
            Damage.Spoil(operations, random);
        }
    }
}
