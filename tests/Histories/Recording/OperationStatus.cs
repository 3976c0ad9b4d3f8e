namespace Histories.Recording;

/// <summary>What the client knows of its operation's fate.</summary>
public enum OperationStatus
{
    /// <summary>It took effect between its start and its end, and the output is what it answered.</summary>
    Ok,

    /// <summary>It certainly took no effect.</summary>
    Fail,

    /// <summary>No answer: it may take effect at any moment after its start, once, or never.</summary>
    Unknown,
}
