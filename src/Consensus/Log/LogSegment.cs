namespace Consensus.Log;

/// <summary>
/// One file of the log, for one life of it: recycled, it becomes another segment.
///
/// Two counts keep it. What the log itself knows to live in it belongs to the writer's thread. References are the owners':
/// runs that a group's published log or a written but not yet completed batch points at, and reads under way. Only when
/// both are zero can nobody come back for a byte of it.
/// </summary>
internal sealed class LogSegment(ulong id, string name, ulong firstBatch, uint seed, ILogFile file)
{
    private int _references;

    public ulong Id => id;

    public string Name => name;

    public ulong FirstBatch => firstBatch;

    public uint Seed => seed;

    public ILogFile File => file;

    public int SizeBytes { get; } = checked((int)file.SizeBytes);

    /// <summary>Where the next batch goes.</summary>
    public int Position { get; set; } = LogFormat.BlockBytes;

    /// <summary>Entry runs, hard states and snapshot marks whose only copy is here.</summary>
    public int LiveRecords { get; private set; }

    public long LiveBytes { get; private set; }

    /// <summary>What batches may still take; the last block is kept for the batch that ends the segment.</summary>
    public int RoomBytes => SizeBytes - LogFormat.BlockBytes - Position;

    public int References => Volatile.Read(ref _references);

    public bool IsReferenced => References != 0;

    public void AddLive(int bytes)
    {
        LiveRecords++;
        LiveBytes += bytes;
    }

    public void RemoveLive(int bytes)
    {
        LiveRecords--;
        LiveBytes -= bytes;
    }

    public void ShrinkLive(int bytes) => LiveBytes -= bytes;

    public void AddReference() => Interlocked.Increment(ref _references);

    public void RemoveReference() => Interlocked.Decrement(ref _references);
}
