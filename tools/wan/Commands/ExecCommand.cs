using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Wan.Control;
using Wan.Daemon;
using Wan.Network;

namespace Wan.Commands;

/// <summary>
/// `wan exec`: moves into a node's namespace and becomes the command, so that its input, output, signals and exit code are the
/// command's own, with nothing in between. The simulator neither knows nor ends it.
/// </summary>
internal static unsafe class ExecCommand
{
    private const int SignalPipe = 13;
    private const nint DefaultHandling = 0;
    private const string EndOfOptions = "--";

    public static int Run(IReadOnlyList<string> words, CommandContext context)
    {
        (string name, int node, List<string> command) = Parse(words);
        WanState state = context.Registry.Find(name);
        if (node > state.Namespaces.Length)
        {
            throw WanException.Usage($"there is no node {node}: {name} has 1 to {state.Namespaces.Length}");
        }

        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{state.Process.Pid}/fd/{state.Namespaces[node - 1]}");
        try
        {
            NetworkNamespace.Enter(path);
        }
        catch (IOException failure)
        {
            throw new WanException(ExitCode.CannotBeSatisfied, $"{failure.Message}: run it as the user who ran `wan up`, root as a rule");
        }

        RuntimeTraces.Remove();
        return Become(command);
    }

    /// <summary>Options come before the node; everything after the node, and after the `--` that may follow it, is the command's.</summary>
    internal static (string Name, int Node, List<string> Command) Parse(IReadOnlyList<string> words)
    {
        int nodeAt = 0;
        while (nodeAt < words.Count && words[nodeAt].StartsWith(EndOfOptions, StringComparison.Ordinal))
        {
            nodeAt += words[nodeAt].Contains('=', StringComparison.Ordinal) ? 1 : 2;
        }

        nodeAt = Math.Min(nodeAt, words.Count);
        var arguments = new Arguments(words.Take(nodeAt + 1));
        string name = CommandContext.TakeName(arguments);
        int node = arguments.TakeNode("the node");
        List<string> command = [.. words.Skip(nodeAt + 1)];
        if (command.Count > 0 && command[0] == EndOfOptions)
        {
            command.RemoveAt(0);
        }

        return command.Count > 0 ? (name, node, command) : throw WanException.Usage("the command to run is missing");
    }

    private static int Become(List<string> command)
    {
        // The runtime ignores it for itself, and a program inherits what is ignored.
        _ = Libc.Signal(SignalPipe, DefaultHandling);

        byte** arguments = (byte**)NativeMemory.AllocZeroed((nuint)command.Count + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < command.Count; i++)
        {
            byte[] text = Encoding.UTF8.GetBytes(command[i]);
            byte* copy = (byte*)NativeMemory.AllocZeroed((nuint)text.Length + 1);
            text.CopyTo(new Span<byte>(copy, text.Length));
            arguments[i] = copy;
        }

        // Returns only if it fails.
        _ = Libc.Execute(arguments[0], arguments);
        int error = Errno.Last;
        throw new WanException(
            error == Errno.NoEntry ? ExitCode.NotFound : ExitCode.CannotExecute,
            $"cannot run {command[0]}: {Marshal.GetPInvokeErrorMessage(error)}");
    }
}
