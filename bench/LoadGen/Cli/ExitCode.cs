namespace LoadGen.Cli;

/// <summary>What the exit code says, as in all of the project's programs.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int Unreachable = 3;
}
