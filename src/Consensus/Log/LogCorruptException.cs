namespace Consensus.Log;

/// <summary>
/// What was durable once is no longer readable. The log does not go on, for whatever it left out could be a vote or an
/// acknowledged entry: the replicas of this node are to be replaced by new ones.
/// </summary>
public sealed class LogCorruptException : Exception
{
    public LogCorruptException(string file, long offset, string what)
        : base($"The log is damaged in {file} at byte {offset}: {what}. This node must not go on with it; replace the node by a new one.")
    {
        File = file;
        Offset = offset;
    }

    public string File { get; }

    public long Offset { get; }
}
