namespace LoadGen.Cli;

/// <summary>What the user asked for cannot be understood; the message says what and how to say it.</summary>
internal sealed class UsageException(string message) : Exception(message);
