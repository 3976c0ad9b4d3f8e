using Scp.PathModel;
using Simulation.Harness;

namespace Simulation.Cluster;

/// <summary>What is to happen and when. Of what falls on one time, whatever was put down first happens first.</summary>
internal sealed class Agenda : ISimSource
{
    private const int MaxEntries = 1 << 20;

    /// <summary>So many actions at one time mean that they call each other for ever.</summary>
    private const int MaxAtOneTime = 100_000;

    private readonly DeliveryQueue<Action> _entries = new(MaxEntries);
    private int _atOneTime;

    public long NowNs { get; private set; }

    public long Done { get; private set; }

    public long NextAtNs => _entries.NextAtNs;

    public void At(long atNs, Action action)
    {
        if (!_entries.TryEnqueue(Math.Max(atNs, NowNs), action))
        {
            throw new SimulationFailedException($"More than {MaxEntries} things are about to happen at {SimTime.Text(NowNs)}.");
        }
    }

    public void In(long delayNs, Action action) => At(NowNs + delayNs, action);

    public void Advance(long nowNs)
    {
        _atOneTime = nowNs > NowNs ? 0 : _atOneTime;
        NowNs = nowNs;
        while (_entries.TryDequeueDue(nowNs, out Action? action))
        {
            Done++;
            if (++_atOneTime > MaxAtOneTime)
            {
                throw new SimulationFailedException($"Time stands still at {SimTime.Text(nowNs)}.");
            }

            action();
        }
    }
}
