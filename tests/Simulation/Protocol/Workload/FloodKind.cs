namespace Simulation.Protocol.Workload;

/// <summary>What a client asks for too much of.</summary>
internal enum FloodKind
{
    LargeRequests,
    LargeReplies,

    /// <summary>Replies that go by datagram, more of them than are kept.</summary>
    ManyReplies,
}
