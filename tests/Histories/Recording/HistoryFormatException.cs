namespace Histories.Recording;

/// <summary>A line of a history file is not what it must be; the message begins with the line's number.</summary>
public sealed class HistoryFormatException : Exception
{
    public HistoryFormatException(int line, string problem, Exception? cause = null)
        : base($"line {line}: {problem}", cause)
    {
        Line = line;
    }

    public int Line { get; }
}
