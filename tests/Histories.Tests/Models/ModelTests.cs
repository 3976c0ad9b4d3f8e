using System.Collections.Immutable;
using Histories.Linearizability;
using Histories.Models;
using Histories.Tests.Support;

namespace Histories.Tests.Models;

/// <summary>The models beside the key-value store: what is known of them, and the oracle on random histories.</summary>
public sealed class ModelTests
{
    private const int Histories = 5_000;

    [Test]
    public void A_counter_counts_each_addition_once()
    {
        TimedCall<CounterCall> one = TimedCall.Certain(new CounterCall(1, 1), 0, 10);
        Assert.That(Check(one, TimedCall.Certain(new CounterCall(1, 2), 0, 10)), Is.EqualTo(Verdict.Linearizable));
        Assert.That(Check(one, TimedCall.Certain(new CounterCall(1, 1), 0, 10)), Is.EqualTo(Verdict.NotLinearizable));
        Assert.That(Check(one, TimedCall.Uncertain(new CounterCall(1, null), 0), TimedCall.Certain(new CounterCall(0, 2), 11, 12)), Is.EqualTo(Verdict.Linearizable));
        Assert.That(Check(one, TimedCall.Uncertain(new CounterCall(1, null), 0), TimedCall.Certain(new CounterCall(0, 3), 11, 12)), Is.EqualTo(Verdict.NotLinearizable));

        static Verdict Check(params TimedCall<CounterCall>[] calls) => LinearizabilityChecker.Check(new CounterModel(), calls).Verdict;
    }

    [Test]
    public void Many_additions_of_unknown_fate_are_not_many_orders()
    {
        List<TimedCall<CounterCall>> calls = [.. Enumerable.Range(0, 60).Select(i => TimedCall.Uncertain(new CounterCall(1, null), i))];
        calls.Add(TimedCall.Certain(new CounterCall(0, 37), 100, 101));
        calls.Add(TimedCall.Certain(new CounterCall(0, 60), 200, 201));
        Assert.That(LinearizabilityChecker.Check(new CounterModel(), calls).Verdict, Is.EqualTo(Verdict.Linearizable));
        calls.Add(TimedCall.Certain(new CounterCall(0, 61), 300, 301));
        CheckResult bad = LinearizabilityChecker.Check(new CounterModel(), calls);
        Assert.That((bad.Verdict, bad.Steps < 10_000), Is.EqualTo((Verdict.NotLinearizable, true)));
    }

    [Test]
    public void Readers_of_a_list_agree_on_its_order()
    {
        TimedCall<ListCall>[] appends = [TimedCall.Certain(ListCall.Append("a"), 0, 10), TimedCall.Certain(ListCall.Append("b"), 0, 10)];
        Assert.That(Check([.. appends, Read(11, "b", "a"), Read(12, "b", "a")]), Is.EqualTo(Verdict.Linearizable));
        Assert.That(Check([.. appends, Read(11, "b", "a"), Read(12, "a", "b")]), Is.EqualTo(Verdict.NotLinearizable));
        Assert.That(Check([.. appends, Read(11, "b")]), Is.EqualTo(Verdict.NotLinearizable));

        static TimedCall<ListCall> Read(long ns, params string[] items) => TimedCall.Certain(ListCall.ReadAll(items), ns, ns);
        static Verdict Check(TimedCall<ListCall>[] calls) => LinearizabilityChecker.Check(new ListModel(calls), calls).Verdict;
    }

    [Test]
    public void On_random_counters_the_checker_agrees_with_brute_force() => Compare(
        seed: 31,
        random => new CounterCall(random.Next(3), random.Next(3) == 0 ? null : random.Next(5)),
        call => call with { Sum = null },
        _ => new CounterModel(),
        0L,
        (long sum, CounterCall call, out long next) =>
        {
            next = sum + call.Added;
            return call.Sum is null || call.Sum == next;
        });

    [Test]
    public void On_random_lists_the_checker_agrees_with_brute_force() => Compare(
        seed: 32,
        random => random.Next(3) != 0
            ? ListCall.Append(random.Next(2) == 0 ? "a" : "b")
            : ListCall.ReadAll([.. Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(2) == 0 ? "a" : "b")]),
        call => call.Appended is null ? ListCall.Append("a") : call,
        calls => new ListModel(calls),
        ImmutableList<string>.Empty,
        (ImmutableList<string> list, ListCall call, out ImmutableList<string> next) =>
        {
            next = call.Appended is { } item ? list.Add(item) : list;
            return call.Appended is not null || list.SequenceEqual(call.Read);
        });

    private static void Compare<TState, TCall, TOracle>(
        int seed,
        Func<Random, TCall> make,
        Func<TCall, TCall> withoutAnswer,
        Func<IReadOnlyList<TimedCall<TCall>>, IModel<TState, TCall>> modelOf,
        TOracle initial,
        BruteForce.Step<TOracle, TCall> step)
        where TState : notnull, IEquatable<TState>
        where TCall : notnull
    {
        var random = new Random(seed);
        int good = 0;
        for (int i = 0; i < Histories; i++)
        {
            List<TimedCall<TCall>> calls = [];
            for (int count = random.Next(1, 7); count > 0; count--)
            {
                long startNs = random.Next(20);
                TCall call = make(random);
                calls.Add(random.Next(4) == 0
                    ? TimedCall.Uncertain(withoutAnswer(call), startNs)
                    : TimedCall.Certain(call, startNs, startNs + random.Next(15)));
            }

            bool expected = BruteForce.IsLinearizable(
                [.. calls.Select(c => new BruteForce.Span<TCall>(c.Call, c.StartNs, c.IsCertain ? c.EndNs : null))], initial, step);
            good += expected ? 1 : 0;
            Assert.That(
                LinearizabilityChecker.Check(modelOf(calls), calls).Verdict,
                Is.EqualTo(expected ? Verdict.Linearizable : Verdict.NotLinearizable),
                () => $"seed {seed}, history {i}: {string.Join("; ", calls)}");
        }

        TestContext.Out.WriteLine($"seed {seed}: {good} good, {Histories - good} bad");
        Assert.That(good, Is.InRange(Histories / 20, Histories * 19 / 20), "the histories say little if nearly all are alike");
    }
}
