using Simulation.Harness;

namespace Simulation.Protocol.Nodes;

/// <summary>
/// Timers must lead somewhere: a node that wakes over and over within a second, and neither sends, receives nor reports
/// anything, spins.
/// </summary>
internal sealed class SpinGuard(int node)
{
    private const int MaxIdleWakeUps = 1000;
    private const long WindowNs = SimTime.Second;

    private int _idleWakeUps;
    private long _sinceNs;

    public void OnMoved() => _idleWakeUps = 0;

    public void OnWokeUp(long nowNs)
    {
        if (_idleWakeUps == 0 || nowNs - _sinceNs > WindowNs)
        {
            _idleWakeUps = 0;
            _sinceNs = nowNs;
        }

        if (++_idleWakeUps > MaxIdleWakeUps)
        {
            throw new SimulationFailedException(
                $"A timer of n{node} spins: {_idleWakeUps} wake-ups between {SimTime.Text(_sinceNs)} and {SimTime.Text(nowNs)} while nothing was sent, received or reported.");
        }
    }
}
