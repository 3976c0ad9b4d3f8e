namespace Consensus;

/// <summary>The replicas of one node. Another engine can stand behind this; the conformance suite says whether it may.</summary>
public interface IConsensusHost : IAsyncDisposable
{
    NodeId Node { get; }

    /// <summary>Opens a replica, new or from its log.</summary>
    ValueTask<IConsensusGroup> OpenAsync(GroupSetup setup, IStateMachine machine);

    /// <summary>Takes what another node's host has sent.</summary>
    void Receive(NodeId from, ReadOnlySpan<byte> batch);

    /// <summary>A measurement of the transport's.</summary>
    void NoteRoundTrip(NodeId node, long roundTripNs);
}
