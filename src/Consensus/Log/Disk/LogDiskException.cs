namespace Consensus.Log;

/// <summary>A call to the disk failed: what was tried, on which file, and what the system said.</summary>
public sealed class LogDiskException : IOException
{
    public LogDiskException(string operation, string file, string reason, bool isOutOfSpace = false, Exception? inner = null)
        : base($"The log could not {operation} {file}: {reason}.", inner)
    {
        Operation = operation;
        File = file;
        IsOutOfSpace = isOutOfSpace;
    }

    public string Operation { get; }

    public string File { get; }

    /// <summary>The disk or the quota is full: the one failure that may pass by itself.</summary>
    public bool IsOutOfSpace { get; }
}
