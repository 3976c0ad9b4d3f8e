using Scp.PathModel;

namespace Simulation.Protocol.Faults;

/// <summary>
/// How likely each fault is in one seed. A seed leaves some out and favours others: a fault that happens all the time hides
/// what happens without it.
/// </summary>
internal sealed class FaultMix
{
    private readonly int[] _weights = new int[Enum.GetValues<FaultKind>().Length];
    private readonly int _sum;

    public FaultMix(ref PathRandom random)
    {
        for (int i = 0; i < _weights.Length; i++)
        {
            _weights[i] = (int)Math.Max(0, random.NextBelow(5) - 1);
            _sum += _weights[i];
        }

        if (_sum == 0)
        {
            _weights[(int)FaultKind.CutBothWays] = _sum = 1;
        }
    }

    public FaultKind Draw(ref PathRandom random)
    {
        long left = random.NextBelow(_sum);
        int kind = 0;
        while (left >= _weights[kind])
        {
            left -= _weights[kind++];
        }

        return (FaultKind)kind;
    }
}
