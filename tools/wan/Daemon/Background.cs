using System.Diagnostics;
using Wan.Commands;
using Wan.Network;

namespace Wan.Daemon;

/// <summary>
/// Starts this program anew as a daemon and waits until it is ready or has failed. The daemon says so on its output, which is a
/// pipe to the starter until then; afterwards it has a session of its own and no terminal, pipe or directory of the starter's.
/// </summary>
internal static class Background
{
    private const string ReadyWord = "ready";
    private const string Nowhere = "/dev/null";
    private const int WriteOnly = 1;
    private const int CreateAndAppend = 0x440;

    public static void Start(IEnumerable<string> arguments)
    {
        // What the caller's shell left open (a pipe to a log, say) must not stay open as long as the daemon runs.
        _ = Libc.CloseRange(3, uint.MaxValue, Libc.CloseRangeCloseOnExec);

        (string program, IEnumerable<string> first) = OwnCommand();
        var start = new ProcessStartInfo(program, first.Concat(arguments))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        string? said = process.StandardOutput.ReadLine();
        if (said == ReadyWord)
        {
            return;
        }

        string complaint = process.StandardError.ReadToEnd().Trim();
        process.WaitForExit();
        throw new WanException(
            process.ExitCode == 0 ? ExitCode.Failed : process.ExitCode,
            complaint.Length == 0 ? $"the simulator ended with {process.ExitCode} before it was ready" : complaint);
    }

    /// <summary>Becomes independent of whoever started this process.</summary>
    public static void Detach()
    {
        // Fails only for one that leads a session already, which is just as good.
        _ = Libc.NewSession();
        Environment.CurrentDirectory = "/";
    }

    /// <summary>Tells the starter that all is well and lets go of it; complaints go to the log from now on.</summary>
    public static void AnnounceReady(string logPath)
    {
        Console.Out.WriteLine(ReadyWord);
        Console.Out.Flush();
        Redirect(Nowhere, Libc.OpenReadWrite, 0);
        Redirect(Nowhere, Libc.OpenReadWrite, 1);
        Redirect(logPath, WriteOnly | CreateAndAppend, 2);
    }

    private static void Redirect(string path, int flags, int descriptor)
    {
        int opened = Libc.OpenOrCreate(path, flags | Libc.OpenCloseOnExec, 0b110_000_000);
        if (opened < 0 || Libc.Duplicate(opened, descriptor) < 0)
        {
            throw Errno.Failure($"cannot open {path}");
        }

        _ = Libc.Close(opened);
    }

    // Started through `dotnet wan.dll`, the running program is dotnet, which has to be told what to run.
    private static (string Program, IEnumerable<string> First) OwnCommand()
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this program is unknown.");
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? (program, [Path.Combine(AppContext.BaseDirectory, "wan.dll")])
            : (program, []);
    }
}
