namespace Consensus.Log;

/// <summary>How a log is kept. What is already on disk opens under any of them.</summary>
public sealed record LogOptions
{
    public const int MinSegmentBytes = 64 * 1024;
    public const int MaxSegmentBytes = 1024 * 1024 * 1024;
    public const int MinBatchBytes = 12 * 1024;

    /// <summary>Segments are made, recycled and rewritten whole. Smaller ones give space back sooner, and cost more syncs.</summary>
    public int SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// What is written and synced at once, and so the time for which the next commit waits. Larger commits are cut into
    /// several. No entry may be larger than <see cref="MaxEntryBytes"/>, which follows from it.
    /// </summary>
    public int MaxBatchBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Entries are gathered into one record up to this: a read fetches a record, so less is read for one entry.</summary>
    public int MaxRecordBytes { get; init; } = 64 * 1024;

    /// <summary>Entries of all groups that are kept in memory for reading, each with 64 bytes on top of its data. Zero keeps none.</summary>
    public long CacheBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Empty segments that are kept for use again. One is always wanted: it is the reserve against a full disk.</summary>
    public int MaxSpareSegments { get; init; } = 2;

    /// <summary>The oldest segment is let be while there are no more segments than this: what lives in it may die by itself.</summary>
    public int RewriteAfterSegments { get; init; } = 4;

    /// <summary>The oldest segment is rewritten once less than this share of it is live.</summary>
    public int RewriteBelowPercent { get; init; } = 25;

    /// <summary>The oldest segment is rewritten, however much of it lives, once all segments are larger than this share of what is live.</summary>
    public int MaxSpacePercent { get; init; } = 300;

    /// <summary>The largest data of an entry, and the largest configuration in a snapshot mark.</summary>
    public int MaxEntryBytes => MaxBatchBytes - BatchHeader.Size - LogRecord.HeaderSize - LogRecord.EntriesPrefix - LogRecord.EntryOverhead;

    internal void Validate()
    {
        Require(SegmentBytes is >= MinSegmentBytes and <= MaxSegmentBytes && SegmentBytes % LogFormat.BlockBytes == 0,
            nameof(SegmentBytes), $"must be a multiple of {LogFormat.BlockBytes} from {MinSegmentBytes} to {MaxSegmentBytes}");
        Require(MaxBatchBytes >= MinBatchBytes && MaxBatchBytes <= Math.Min(SegmentBytes / 4, LogFormat.MaxBatchBytes)
            && MaxBatchBytes % LogFormat.BlockBytes == 0,
            nameof(MaxBatchBytes), $"must be a multiple of {LogFormat.BlockBytes} from {MinBatchBytes} to a quarter of {nameof(SegmentBytes)}, and at most {LogFormat.MaxBatchBytes}");
        Require(MaxRecordBytes >= LogRecord.HeaderSize && MaxRecordBytes <= MaxBatchBytes / 2,
            nameof(MaxRecordBytes), $"must be from {LogRecord.HeaderSize} to half of {nameof(MaxBatchBytes)}");
        Require(CacheBytes >= 0, nameof(CacheBytes), "must not be negative");
        Require(MaxSpareSegments is >= 1 and <= 64, nameof(MaxSpareSegments), "must be from 1 to 64");
        Require(RewriteAfterSegments is >= 1 and <= 1024, nameof(RewriteAfterSegments), "must be from 1 to 1024");
        Require(RewriteBelowPercent is >= 1 and <= 50, nameof(RewriteBelowPercent), "must be from 1 to 50");
        Require(MaxSpacePercent is >= 200 and <= 10_000, nameof(MaxSpacePercent), "must be from 200 to 10000");
    }

    private static void Require(bool holds, string option, string rule)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(LogOptions)}.{option} {rule}.", option);
        }
    }
}
