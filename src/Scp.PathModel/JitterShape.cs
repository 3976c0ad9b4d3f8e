namespace Scp.PathModel;

/// <summary>How the jitter's draws are spread over ± <see cref="PathProfile.JitterNs"/>.</summary>
public enum JitterShape
{
    /// <summary>Every value alike.</summary>
    Uniform,

    /// <summary>
    /// A bell of four uniform draws: bounded, which a true normal is not, with a standard deviation of 0.29 × the bound.
    /// </summary>
    Bell,
}
