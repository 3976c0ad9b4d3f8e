using Scp.Protocol.Redundancy;

namespace Scp.Protocol.Tests.Redundancy;

/// <summary>Two sides, each with its own budget, a delay and losses between them, and an observer who sees all.</summary>
[TestFixture]
public sealed class RedundancyBudgetTests
{
    private const long Ms = 1_000_000;

    [TestCase(40, 0.0)]
    [TestCase(80, 0.01)]
    [TestCase(150, 0.03)]
    public void Requests_and_replies_at_200_a_second_get_their_29_percent(int rttMs, double loss)
    {
        var exchange = new BudgetExchange(rttMs, loss, seed: 1);
        exchange.Run(
            seconds: 60,
            left: tick => tick % 5 == 0 ? new Turn(1_108, (tick / 5 % 4) == 3 ? 1_125 : 0) : default,
            right: tick => tick % 5 == 2 ? new Turn(148, 74) : default);
        TestContext.Out.WriteLine(exchange.ToString());

        Assert.That(exchange.WorstWindow, Is.LessThanOrEqualTo(1.02));
        Assert.That(exchange.Overall, Is.InRange(0.27, 0.30));
        Assert.That(exchange.GrantedShare(left: true), Is.GreaterThan(0.99));
        Assert.That(exchange.GrantedShare(left: false), Is.GreaterThan(0.99));
    }

    [Test]
    public void A_thin_stream_gets_a_copy_of_everything()
    {
        var exchange = new BudgetExchange(80, 0.01, seed: 2);
        exchange.Run(
            seconds: 60,
            left: tick => tick % 50 == 0 ? new Turn(1_108, 0) : tick % 50 == 5 ? new Turn(0, 1_120) : default,
            right: tick => tick % 50 == 41 ? new Turn(148, 0) : tick % 50 == 46 ? new Turn(0, 160) : default);
        TestContext.Out.WriteLine(exchange.ToString());

        Assert.That(exchange.WorstWindow, Is.LessThanOrEqualTo(1.02));
        Assert.That(exchange.GrantedShare(left: true), Is.EqualTo(1));
        Assert.That(exchange.GrantedShare(left: false), Is.EqualTo(1));
    }

    /// <summary>
    /// Both sides want all they can get, whatever the traffic: the cap holds over any five seconds to 2%, and to what the
    /// delay hides where it is long (1.5 one-way delays in 5 s, or 4.5% at 300 ms).
    /// </summary>
    [TestCase("dense", 40, 1.02)]
    [TestCase("dense", 150, 1.02)]
    [TestCase("thin", 80, 1.02)]
    [TestCase("idle", 80, 1.02)]
    [TestCase("bulk", 40, 1.02)]
    [TestCase("bulk", 150, 1.02)]
    [TestCase("blocks", 80, 1.02)]
    [TestCase("random", 80, 1.02)]
    [TestCase("random", 150, 1.02)]
    [TestCase("random", 300, 1.05)]
    public void Two_greedy_sides_stay_within_the_cap(string traffic, int rttMs, double limit)
    {
        const int Seeds = 10;
        var random = new Random(0);
        int rate = 1;
        double worst = 0;
        for (int seed = 1; seed <= Seeds; seed++)
        {
            random = new Random(seed);
            var exchange = new BudgetExchange(rttMs, 0.02, seed);
            exchange.Run(
                seconds: 60,
                left: tick => new Turn(Base(tick, isLeft: true), 600),
                right: tick => new Turn(Base(tick, isLeft: false), 600));
            worst = Math.Max(worst, exchange.WorstWindow);
        }

        TestContext.Out.WriteLine($"seeds 1 to {Seeds}: worst 5 s {worst:P1} of the cap");
        Assert.That(worst, Is.LessThanOrEqualTo(limit));

        int Base(int tick, bool isLeft)
        {
            switch (traffic)
            {
                case "dense":
                    return tick % 5 == 0 ? (isLeft ? 1_108 : 148) : 0;
                case "thin":
                    return tick % 50 == 0 ? (isLeft ? 1_108 : 148) : 0;
                case "bulk":
                    return isLeft ? 1_200 : 60;
                case "blocks":
                    return tick / 1_500 % 2 == 0 ? 400 : 0;
                case "random":
                    if (random.Next(2_000) == 0)
                    {
                        rate = random.Next(1, 4) * random.Next(1, 400);
                    }

                    return random.Next(2) * rate;
                default:
                    return 0;
            }
        }
    }

    /// <summary>Whoever comes later gets a fair half within a second, however long the other had everything.</summary>
    [Test]
    public void Neither_side_is_starved()
    {
        var exchange = new BudgetExchange(80, 0.01, seed: 4);
        exchange.Run(
            seconds: 60,
            left: tick => new Turn(tick % 5 == 0 ? 1_108 : 0, 600),
            right: tick => new Turn(tick % 5 == 0 ? 148 : 0, tick > 30_000 ? 600 : 0));
        TestContext.Out.WriteLine(exchange.ToString());

        double early = exchange.SpentBetween(left: true, 20_000, 30_000);
        double late = exchange.SpentBetween(left: true, 40_000, 60_000) / 2.0;
        double latecomer = exchange.SpentBetween(left: false, 31_000, 41_000);
        Assert.That(early, Is.EqualTo(10 * 251_200 * 0.295).Within(3).Percent);
        Assert.That(late, Is.EqualTo(early / 2).Within(20).Percent);
        Assert.That(latecomer, Is.EqualTo(early / 2).Within(20).Percent);
        Assert.That(exchange.WorstWindow, Is.LessThanOrEqualTo(1.02));
    }

    [Test]
    public void An_idle_session_may_still_send_a_burst_of_four_datagrams_and_no_more()
    {
        var budget = new RedundancyBudget();
        int granted = 0;
        while (budget.TrySpend(1_248, nowNs: 0))
        {
            granted++;
        }

        Assert.That(granted, Is.EqualTo(4));
        Assert.That(budget.SpentBytes, Is.EqualTo(4 * 1_248));
        Assert.That(budget.RefusedBytes, Is.EqualTo(1_248));
    }

    [Test]
    public void A_jumbo_datagram_is_paid_from_a_full_purse_and_leaves_a_debt()
    {
        var budget = new RedundancyBudget();
        Assert.That(budget.TrySpend(9_000, 0), Is.True);
        Assert.That(budget.TrySpend(100, 10 * Ms), Is.False);
        Assert.That(budget.TrySpend(100, 1_000 * Ms), Is.True);
    }

    [Test]
    public void A_session_silent_for_years_neither_overflows_nor_saves_up()
    {
        var budget = new RedundancyBudget();
        Assert.That(budget.TrySpend(1_248, 0), Is.True);
        long nowNs = long.MaxValue / 2;
        budget.OnBaseBytes(int.MaxValue, nowNs);
        int granted = 0;
        while (budget.TrySpend(1_248, nowNs))
        {
            granted++;
        }

        Assert.That(granted, Is.LessThanOrEqualTo(4));
    }
}
