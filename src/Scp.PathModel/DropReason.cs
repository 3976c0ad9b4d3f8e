namespace Scp.PathModel;

/// <summary>Why a packet will not arrive, in the order in which the stages ask.</summary>
public enum DropReason
{
    /// <summary>It was not dropped.</summary>
    None,

    /// <summary>The direction is cut.</summary>
    Cut,

    /// <summary>It is larger than the MTU.</summary>
    TooBig,

    /// <summary>It did not fit into what the queue before the rate limiter had left.</summary>
    QueueFull,

    /// <summary>It left the bottleneck during a burst.</summary>
    Burst,

    /// <summary>Plain random loss.</summary>
    Random,
}
