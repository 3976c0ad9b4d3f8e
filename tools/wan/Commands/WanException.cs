namespace Wan.Commands;

/// <summary>What is told to the user: one sentence that says what is wrong and what to do, and the exit code.</summary>
internal sealed class WanException(int exitCode, string sentence) : Exception(sentence)
{
    public int ExitCode => exitCode;

    public static WanException Usage(string sentence) => new(Commands.ExitCode.Usage, sentence);
}
