namespace Scp.PathModel;

/// <summary>How long a burst of loss lasts; the time between two is exponential either way.</summary>
public enum BurstShape
{
    /// <summary>Always exactly the mean: a route that flaps, a radio that hands over.</summary>
    Fixed,

    /// <summary>Exponential around the mean: the bad state of a Gilbert-Elliott channel in continuous time.</summary>
    Exponential,
}
