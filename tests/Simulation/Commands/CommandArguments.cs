using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Simulation.Commands;

/// <summary>A command and its options, each either <c>--name value</c> or, alone, a switch.</summary>
internal sealed class CommandArguments
{
    private static readonly string[] Known = ["seed", "count", "workers", "keep-going", "trace", "profile", "rate", "seconds", "urgent", "file"];
    private static readonly string[] Numbers = ["seed", "count", "workers", "rate", "seconds"];

    private readonly Dictionary<string, string> _options = [];

    private CommandArguments(string command) => Command = command;

    public string Command { get; }

    public static bool TryParse(string[] args, [NotNullWhen(true)] out CommandArguments? arguments, [NotNullWhen(false)] out string? problem)
    {
        arguments = new CommandArguments(args.Length > 0 ? args[0] : "");
        problem = null;
        for (int i = 1; i < args.Length; i++)
        {
            string name = args[i].StartsWith("--", StringComparison.Ordinal) ? args[i][2..] : "";
            if (!Known.Contains(name))
            {
                problem = $"Option {args[i]} is unknown; there are --{string.Join(", --", Known)}.";
                arguments = null;
                return false;
            }

            bool hasValue = i + 1 < args.Length && !args[i + 1].StartsWith("--", StringComparison.Ordinal);
            string value = hasValue ? args[++i] : "";
            if (Numbers.Contains(name) && !ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                problem = $"--{name} wants a whole number, and got \"{value}\".";
                arguments = null;
                return false;
            }

            arguments._options[name] = value;
        }

        return true;
    }

    public bool Has(string name) => _options.ContainsKey(name);

    public string Text(string name, string otherwise) => _options.TryGetValue(name, out string? value) && value.Length > 0 ? value : otherwise;

    public ulong Number(string name, ulong otherwise) =>
        ulong.TryParse(Text(name, ""), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : otherwise;
}
