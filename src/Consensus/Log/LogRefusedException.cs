namespace Consensus.Log;

/// <summary>The directory does not hold a log that this node may open. Nothing was changed.</summary>
public sealed class LogRefusedException(string message) : Exception(message);
