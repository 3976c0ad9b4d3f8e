namespace Histories.ExactlyOnce;

/// <summary>
/// Holds the commands that a state machine applied, in order, against what the clients know of theirs: an acknowledged
/// command was applied exactly once, one of unknown fate at most once, a refused one and one that nobody sent never.
/// </summary>
public static class ExactlyOnceChecker
{
    /// <summary>One fault breaks thousands of commands; the first few tell as much.</summary>
    public const int MaxFaults = 20;

    /// <returns>The faults in sentences, those of applied commands in their order first; empty if there are none.</returns>
    public static IReadOnlyList<string> Check(IReadOnlyDictionary<CommandId, CommandFate> sent, IEnumerable<CommandId> applied)
    {
        List<string> faults = [];
        Dictionary<CommandId, long> firstAt = [];
        long index = 0;
        foreach (CommandId command in applied)
        {
            if (!firstAt.TryAdd(command, index))
            {
                Report(faults, FormattableString.Invariant($"{command} was applied twice, at {firstAt[command]} and at {index}"));
            }
            else if (!sent.TryGetValue(command, out CommandFate fate))
            {
                Report(faults, FormattableString.Invariant($"{command} was applied at {index}, and nobody sent it"));
            }
            else if (fate == CommandFate.Refused)
            {
                Report(faults, FormattableString.Invariant($"{command} was applied at {index}, and its client was told that it never would be"));
            }

            index++;
        }

        IEnumerable<CommandId> lost = sent
            .Where(command => command.Value == CommandFate.Acknowledged && !firstAt.ContainsKey(command.Key))
            .Select(command => command.Key)
            .OrderBy(command => command.Client)
            .ThenBy(command => command.Sequence);
        foreach (CommandId command in lost)
        {
            Report(faults, $"{command} was acknowledged and never applied");
        }

        return faults;
    }

    private static void Report(List<string> faults, string fault)
    {
        if (faults.Count < MaxFaults)
        {
            faults.Add(fault);
        }
    }
}
