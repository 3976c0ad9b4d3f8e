namespace Simulation.Cluster.Calls;

/// <summary>An operator's request to a replica.</summary>
internal sealed class ChangeCall<T>(Task<T> end, Action<T> answer) : NodeCall
{
    public override bool TryFinish()
    {
        if (end.IsCompleted)
        {
            answer(end.GetAwaiter().GetResult());
            return true;
        }

        return false;
    }
}
