using Scp.Protocol;
using Simulation.Harness;

namespace Simulation.Experiments;

/// <summary>
/// On a path that takes the same time for every datagram, the time of arrival says when a message left: none may have left
/// while a more urgent one was waiting.
/// </summary>
internal sealed class PriorityChecker(long delayNs)
{
    private readonly Dictionary<uint, (Priority Priority, long SentAtNs)> _waiting = [];

    public int Arrived { get; private set; }

    /// <summary>Arrivals for which something less urgent had been kept back.</summary>
    public int Overtaking { get; private set; }

    public void OnSent(uint number, Priority priority, long nowNs) => _waiting.Add(number, (priority, nowNs));

    public void OnArrived(uint number, long nowNs)
    {
        _ = _waiting.Remove(number, out (Priority Priority, long SentAtNs) arrived);
        Arrived++;
        long leftAtNs = nowNs - delayNs;
        bool overtook = false;
        foreach ((uint other, (Priority priority, long sentAtNs)) in _waiting)
        {
            if (priority < arrived.Priority && sentAtNs < leftAtNs)
            {
                throw new SimulationFailedException(
                    $"Message {number} of priority {arrived.Priority} left at {SimTime.Text(leftAtNs)} before message {other} of priority {priority}, which waited since {SimTime.Text(sentAtNs)}.");
            }

            overtook |= priority > arrived.Priority && sentAtNs < arrived.SentAtNs;
        }

        Overtaking += overtook ? 1 : 0;
    }
}
