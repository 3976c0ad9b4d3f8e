using Wan.Control;
using Wan.Daemon;

namespace Wan.Commands;

/// <summary>What every command works with: where to write, and where the WANs are.</summary>
internal sealed record CommandContext(TextWriter Output, TextWriter Complaints, WanRegistry Registry)
{
    private const int MaxNameLength = 32;

    /// <summary>Takes --name, which falls back to the WAN that is called "default".</summary>
    public static string TakeName(Arguments arguments)
    {
        string name = arguments.TakeOption("--name") ?? DaemonOptions.DefaultName;
        bool plain = name.Length is > 0 and <= MaxNameLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        return plain ? name : throw WanException.Usage($"{name} is no name: use up to {MaxNameLength} letters, digits, - and _");
    }

    /// <summary>Finds the WAN and asks it.</summary>
    public ControlResponse Ask(string name, ControlRequest request)
    {
        _ = Registry.Find(name);
        return ControlClient.Ask(Registry.SocketPath(name), name, request);
    }
}
