namespace Consensus;

/// <summary>A snapshot that is being sent. Called like the state machine, by one thread at a time.</summary>
public interface ISnapshotSource : IDisposable
{
    SnapshotMark Mark { get; }

    long LengthBytes { get; }

    /// <summary>Fills the whole span from an offset on; it lies within the length.</summary>
    void Read(long offset, Span<byte> into);
}
