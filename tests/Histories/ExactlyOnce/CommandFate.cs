namespace Histories.ExactlyOnce;

/// <summary>What a client knows of its command in the end.</summary>
public enum CommandFate
{
    /// <summary>It was answered: applied exactly once.</summary>
    Acknowledged,

    /// <summary>No answer came: applied once at most.</summary>
    Unknown,

    /// <summary>It was refused for good: never applied.</summary>
    Refused,
}
