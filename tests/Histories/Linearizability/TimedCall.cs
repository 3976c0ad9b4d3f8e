namespace Histories.Linearizability;

/// <summary>Makes calls of either kind.</summary>
public static class TimedCall
{
    public static TimedCall<TCall> Certain<TCall>(TCall call, long startNs, long endNs) => new(call, startNs, endNs, IsCertain: true);

    public static TimedCall<TCall> Uncertain<TCall>(TCall call, long startNs) => new(call, startNs, long.MaxValue, IsCertain: false);
}
