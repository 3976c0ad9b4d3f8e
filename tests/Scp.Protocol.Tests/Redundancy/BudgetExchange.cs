using System.Globalization;
using Scp.Protocol.Redundancy;

namespace Scp.Protocol.Tests.Redundancy;

/// <summary>What a side does in one millisecond: base bytes it sends, and redundancy it would like to send.</summary>
internal readonly record struct Turn(int BaseBytes, int WantedBytes);

/// <summary>
/// Runs two budgets against each other in steps of a millisecond and keeps the truth: what was sent by both, whether or
/// not it arrived.
/// </summary>
internal sealed class BudgetExchange(int rttMs, double loss, int seed)
{
    private const long Ms = 1_000_000;
    private const int WindowMs = 5_000;

    private readonly Random _random = new(seed);
    private readonly Side _left = new();
    private readonly Side _right = new();

    /// <summary>The worst five seconds: redundancy of both sides ÷ the larger of 30% of base bytes and 32 KB/s.</summary>
    public double WorstWindow { get; private set; }

    /// <summary>Redundancy ÷ base bytes over the whole run.</summary>
    public double Overall => (double)(_left.Spent[^1] + _right.Spent[^1]) / (_left.Base[^1] + _right.Base[^1]);

    public void Run(int seconds, Func<int, Turn> left, Func<int, Turn> right)
    {
        int ticks = seconds * 1_000;
        _left.Begin(ticks, rttMs / 2);
        _right.Begin(ticks, rttMs / 2);
        for (int tick = 0; tick < ticks; tick++)
        {
            _left.Hear(tick);
            _right.Hear(tick);
            Act(_left, _right, left(tick), tick);
            Act(_right, _left, right(tick), tick);
        }

        for (int end = WindowMs; end <= ticks; end++)
        {
            int begin = end - WindowMs;
            double spent = _left.Spent[end] - _left.Spent[begin] + _right.Spent[end] - _right.Spent[begin];
            double carried = _left.Base[end] - _left.Base[begin] + _right.Base[end] - _right.Base[begin];
            WorstWindow = Math.Max(WorstWindow, spent / Math.Max(0.3 * carried, 32_000 * 5));
        }
    }

    public double GrantedShare(bool left)
    {
        RedundancyBudget budget = (left ? _left : _right).Budget;
        return (double)budget.SpentBytes / (budget.SpentBytes + budget.RefusedBytes);
    }

    public long SpentBetween(bool left, int fromMs, int toMs)
    {
        long[] spent = (left ? _left : _right).Spent;
        return spent[toMs] - spent[fromMs];
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"worst 5 s {WorstWindow:P1} of the cap, overall {Overall:P1} of base, granted {GrantedShare(true):P1} / {GrantedShare(false):P1}");

    private void Act(Side from, Side to, Turn turn, int tick)
    {
        if (turn.BaseBytes > 0)
        {
            from.Budget.OnBaseBytes(turn.BaseBytes, tick * Ms);
            to.Arriving[(tick + (rttMs / 2)) % to.Arriving.Length].Base += _random.NextDouble() < loss ? 0 : turn.BaseBytes;
        }

        int spent = turn.WantedBytes > 0 && from.Budget.TrySpend(turn.WantedBytes, tick * Ms) ? turn.WantedBytes : 0;
        to.Arriving[(tick + (rttMs / 2)) % to.Arriving.Length].Redundant += _random.NextDouble() < loss ? 0 : spent;
        from.Base[tick + 1] = from.Base[tick] + turn.BaseBytes;
        from.Spent[tick + 1] = from.Spent[tick] + spent;
    }

    private sealed class Side
    {
        public RedundancyBudget Budget { get; } = new();

        public long[] Base { get; private set; } = [];

        public long[] Spent { get; private set; } = [];

        public (int Base, int Redundant)[] Arriving { get; private set; } = [];

        public void Begin(int ticks, int delayMs)
        {
            Base = new long[ticks + 1];
            Spent = new long[ticks + 1];
            Arriving = new (int, int)[delayMs + 1];
        }

        public void Hear(int tick)
        {
            ref (int Base, int Redundant) heard = ref Arriving[tick % Arriving.Length];
            if (heard.Base > 0)
            {
                Budget.OnBaseBytes(heard.Base, tick * Ms);
            }

            if (heard.Redundant > 0)
            {
                Budget.OnPeerRedundancy(heard.Redundant, tick * Ms);
            }

            heard = default;
        }
    }
}
