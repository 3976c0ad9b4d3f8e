namespace Consensus.Log;

/// <summary>How large a log is, and what it has written since it was opened.</summary>
public readonly record struct LogFigures(int SegmentCount, long KeptBytes, long LiveBytes, long BatchCount, long WrittenBytes);
