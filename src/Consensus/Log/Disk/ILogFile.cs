namespace Consensus.Log;

/// <summary>
/// A file of fixed size. One thread writes and syncs; any thread reads meanwhile what was written before. Calls throw
/// <see cref="LogDiskException"/> when they fail.
/// </summary>
public interface ILogFile : IDisposable
{
    long SizeBytes { get; }

    /// <summary>Fills the whole buffer; that the file ends before is a failure.</summary>
    void ReadAt(long offset, Span<byte> into);

    void WriteAt(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Returns once everything written is on the medium. After a failure nobody knows what is: the same call made again may
    /// succeed without having written anything, and is therefore never made.
    /// </summary>
    void Sync();
}
