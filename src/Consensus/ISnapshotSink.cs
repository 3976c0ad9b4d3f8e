namespace Consensus;

/// <summary>A snapshot that is being received. Called like the state machine, by one thread at a time.</summary>
public interface ISnapshotSink : IDisposable
{
    /// <summary>The next bytes.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>All bytes are there: they become the state machine's state, durably and at once, in place of what it held.</summary>
    void Complete();
}
