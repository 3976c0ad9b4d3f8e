using Wan.Control;
using Wan.Settings;

namespace Wan.Commands;

/// <summary>`wan set`, `wan cut` and `wan heal`: what changes paths while traffic is on them.</summary>
internal static class PathCommands
{
    public static int Set(Arguments arguments, CommandContext context)
    {
        string name = CommandContext.TakeName(arguments);
        bool oneWay = arguments.TakeFlag("--one-way");
        (int From, int To)? pair = arguments.TakePair("--pair");
        List<string> settings = arguments.TakeRest();
        if (settings.Count == 0)
        {
            throw WanException.Usage($"nothing to set: give key=value, with the keys {string.Join(", ", PathSettingKeys.Names)}");
        }

        if (!PathSettings.TryParse(settings, out _, out string? problem))
        {
            throw WanException.Usage(problem);
        }

        if (oneWay && pair is null)
        {
            throw WanException.Usage("--one-way needs --pair A B, to say which way");
        }

        _ = context.Ask(name, new ControlRequest
        {
            Verb = ControlVerb.Set,
            From = pair?.From ?? 0,
            To = pair?.To ?? 0,
            OneWay = oneWay,
            Settings = [.. settings],
        });
        return ExitCode.Done;
    }

    public static int Cut(Arguments arguments, CommandContext context) => OnPair(ControlVerb.Cut, arguments, context);

    public static int Heal(Arguments arguments, CommandContext context) => OnPair(ControlVerb.Heal, arguments, context);

    private static int OnPair(ControlVerb verb, Arguments arguments, CommandContext context)
    {
        string name = CommandContext.TakeName(arguments);
        bool all = arguments.TakeFlag("--all");
        bool oneWay = arguments.TakeFlag("--one-way");
        int from = all ? 0 : arguments.TakeNode("the first node (or --all)");
        int to = all ? 0 : arguments.TakeNode("the second node");
        arguments.RefuseMore();
        if (all && oneWay)
        {
            throw WanException.Usage("--all means every direction, so --one-way says nothing beside it");
        }

        _ = context.Ask(name, new ControlRequest { Verb = verb, From = from, To = to, OneWay = oneWay });
        return ExitCode.Done;
    }
}
