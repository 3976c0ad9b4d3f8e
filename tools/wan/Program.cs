using System.Runtime.Versioning;
using Wan.Commands;
using Wan.Control;

[assembly: SupportedOSPlatform("linux")]

namespace Wan;

/// <summary>Picks the command and turns what went wrong into a sentence and an exit code.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        try
        {
            return Run(args, new CommandContext(Console.Out, Console.Error, new WanRegistry(RunRoot.Choose(), Console.Error)));
        }
        catch (WanException failure)
        {
            return Complain(args, failure.Message, failure.ExitCode);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or TimeoutException)
        {
            return Complain(args, failure.Message, ExitCode.Failed);
        }
    }

    private static int Complain(string[] args, string sentence, int exitCode)
    {
        // The daemon's complaint is passed on by `wan up`, which says who is speaking.
        string speaker = args is [UpCommand.DaemonVerb, ..] ? "" : "wan: ";
        Console.Error.WriteLine(speaker + sentence);
        return exitCode;
    }

    private static int Run(string[] args, CommandContext context)
    {
        if (args.Length == 0)
        {
            Help.WriteTo(context.Complaints);
            return ExitCode.Usage;
        }

        string[] words = args[1..];
        return args[0] switch
        {
            "up" => UpCommand.Run(words, context),
            UpCommand.DaemonVerb => UpCommand.RunDaemon(words, context),
            "exec" => ExecCommand.Run(words, context),
            "set" => PathCommands.Set(new Arguments(words), context),
            "cut" => PathCommands.Cut(new Arguments(words), context),
            "heal" => PathCommands.Heal(new Arguments(words), context),
            "stats" => StatsCommand.Run(new Arguments(words), context),
            "ls" => ListCommands.Wans(new Arguments(words), context),
            "down" => DownCommand.Run(new Arguments(words), context),
            "profiles" => ListCommands.Profiles(new Arguments(words), context),
            "help" or "--help" or "-h" => ShowHelp(context),
            var other => throw WanException.Usage($"the command {other} is unknown: see `wan --help`"),
        };
    }

    private static int ShowHelp(CommandContext context)
    {
        Help.WriteTo(context.Output);
        return ExitCode.Done;
    }
}
