using System.Globalization;
using Scp.PathModel;
using Wan.Daemon;
using Wan.Forwarding;
using Wan.Settings;

namespace Wan.Commands;

/// <summary>`wan up`, and the daemon that it leaves behind, which is the same program under a name that the help does not list.</summary>
internal static class UpCommand
{
    public const string DaemonVerb = "daemon";

    public static int Run(IReadOnlyList<string> words, CommandContext context)
    {
        var arguments = new Arguments(words);
        bool foreground = arguments.TakeFlag("--foreground");
        DaemonOptions options = Parse(arguments);
        if (foreground)
        {
            DaemonHost.Run(options, context.Registry, () => Announce(options, context));
            return ExitCode.Done;
        }

        // Removes leftovers here, where what it says about them is seen.
        _ = context.Registry.List();
        Background.Start([DaemonVerb, .. words]);
        Announce(options, context);
        return ExitCode.Done;
    }

    public static int RunDaemon(IReadOnlyList<string> words, CommandContext context)
    {
        DaemonOptions options = Parse(new Arguments(words));
        Background.Detach();
        DaemonHost.Run(options, context.Registry, () => Background.AnnounceReady(context.Registry.LogPath(options.Name)));
        return ExitCode.Done;
    }

    internal static DaemonOptions Parse(Arguments arguments)
    {
        string name = CommandContext.TakeName(arguments);
        ulong seed = TakeSeed(arguments);
        int mtuBytes = TakeMtu(arguments);
        ThreadUrgency urgency = TakeUrgency(arguments);
        int nodes = TakeNodes(arguments);
        PathProfile profile = TakeProfile(arguments);
        return new DaemonOptions { Name = name, Nodes = nodes, Profile = profile, Seed = seed, MtuBytes = mtuBytes, Urgency = urgency };
    }

    private static void Announce(DaemonOptions options, CommandContext context)
    {
        string named = options.Name == DaemonOptions.DefaultName ? "" : $" --name {options.Name}";
        context.Output.WriteLine($"{options.Name}: {options.Nodes} nodes, {AddressPlan.V4(1)} to {AddressPlan.V4(options.Nodes)}, {options.Profile.Name}");
        context.Output.WriteLine($"next: wan exec{named} 1 -- ping -c 3 {AddressPlan.V4(2)}");
    }

    private static int TakeNodes(Arguments arguments)
    {
        string word = arguments.TakeWord("the number of nodes");
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int nodes) && nodes is >= AddressPlan.MinNodes and <= AddressPlan.MaxNodes
            ? nodes
            : throw WanException.Usage($"{word} is no number of nodes: a WAN has {AddressPlan.MinNodes} to {AddressPlan.MaxNodes}");
    }

    private static PathProfile TakeProfile(Arguments arguments)
    {
        string word = arguments.TakeWord("the profile");
        if (!PathProfiles.TryGet(word, out PathProfile? profile))
        {
            throw WanException.Usage($"the profile {word} is unknown: use one of {string.Join(", ", PathProfiles.Names)}");
        }

        if (!PathSettings.TryParse(arguments.TakeRest(), out PathSettings? settings, out string? problem))
        {
            throw WanException.Usage(problem);
        }

        PathProfile changed = settings.ApplyTo(profile);
        IReadOnlyList<string> problems = changed.Validate();
        return problems.Count == 0 ? changed : throw WanException.Usage(string.Join(' ', problems).TrimEnd('.'));
    }

    private static ulong TakeSeed(Arguments arguments)
    {
        if (arguments.TakeOption("--seed") is not { } word)
        {
            return DaemonOptions.DefaultSeed;
        }

        return ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed)
            ? seed
            : throw WanException.Usage($"{word} is no seed: use a whole number");
    }

    private static int TakeMtu(Arguments arguments)
    {
        if (arguments.TakeOption("--mtu") is not { } word)
        {
            return PathProfile.DefaultMtuBytes;
        }

        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int bytes)
            && bytes is >= DaemonOptions.MinMtuBytes and <= DaemonOptions.MaxMtuBytes
                ? bytes
                : throw WanException.Usage($"{word} is no MTU: use {DaemonOptions.MinMtuBytes} to {DaemonOptions.MaxMtuBytes} bytes");
    }

    private static ThreadUrgency TakeUrgency(Arguments arguments) => arguments.TakeOption("--urgency") switch
    {
        null or "realtime" => ThreadUrgency.Realtime,
        "nice" => ThreadUrgency.Nice,
        "normal" => ThreadUrgency.Normal,
        var other => throw WanException.Usage($"{other} is no urgency: use realtime, nice or normal"),
    };
}
