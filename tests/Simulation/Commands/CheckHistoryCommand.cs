using Histories.Kv;
using Histories.Linearizability;
using Histories.Recording;

namespace Simulation.Commands;

/// <summary>Checks a history that a load run recorded: 0 if it is linearizable, 1 if not, 4 if there is no verdict.</summary>
internal static class CheckHistoryCommand
{
    public static int Run(CommandArguments arguments, TextWriter output, TextWriter errors)
    {
        string path = arguments.Text("file", "");
        if (path.Length == 0)
        {
            errors.WriteLine("check-history wants --file FILE, a history as the load generator's --history writes it.");
            return 2;
        }

        History history;
        try
        {
            using var file = new StreamReader(path);
            history = HistoryReader.Read(file);
        }
        catch (Exception exception) when (exception is HistoryFormatException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine($"{path}: {exception.Message}");
            return 2;
        }

        var limits = new CheckLimits { MaxTime = TimeSpan.FromSeconds(arguments.Number("seconds", 60)) };
        CheckResult result = KvChecker.Check(history, limits);
        string verdict = result.Verdict switch
        {
            Verdict.Linearizable => "linearizable",
            Verdict.NotLinearizable => "NOT linearizable",
            _ => "no verdict",
        };
        output.WriteLine(FormattableString.Invariant($"{path}: {history.Operations.Count} operations, {verdict} ({result.Steps} steps)"));
        if (result.Explanation.Length > 0)
        {
            output.WriteLine(result.Explanation);
        }

        return result.Verdict switch { Verdict.Linearizable => 0, Verdict.NotLinearizable => 1, _ => 4 };
    }
}
