namespace LoadGen.Scp;

/// <summary>The topics of the load's server.</summary>
internal static class ScpTopics
{
    /// <summary>Answered on the engine's thread.</summary>
    public const uint Inline = 1;

    /// <summary>Answered on the thread pool.</summary>
    public const uint Pool = 2;

    /// <summary>What the server's side of the session has sent, and its process allocated.</summary>
    public const uint Counters = 3;
}
