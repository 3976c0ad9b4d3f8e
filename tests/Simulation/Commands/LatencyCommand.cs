using Scp.PathModel;
using Simulation.Experiments;

namespace Simulation.Commands;

/// <summary>Measures small requests in virtual time and holds them against the targets of the protocol.</summary>
internal static class LatencyCommand
{
    private const int Runs = 3;

    private static readonly PathProfile[] Measured = [PathProfiles.Continental, PathProfiles.Intercontinental, PathProfiles.Bad, PathProfiles.Burst];

    public static int Run(CommandArguments arguments, TextWriter output, TextWriter errors)
    {
        string name = arguments.Text("profile", "");
        PathProfile[] profiles = name.Length == 0 ? Measured : PathProfiles.TryGet(name, out PathProfile? named) ? [named] : [];
        if (profiles.Length == 0)
        {
            errors.WriteLine($"There is no path called {name}; there are {string.Join(", ", PathProfiles.Names)}.");
            return 2;
        }

        var traffic = new LatencyTraffic
        {
            RequestsPerSecond = (int)arguments.Number("rate", 200),
            Seconds = (int)arguments.Number("seconds", 60),
        };
        output.WriteLine(FormattableString.Invariant(
            $"{traffic.RequestBytes} B there, {traffic.ReplyBytes} B back, {traffic.RequestsPerSecond}/s for {traffic.Seconds} s; ms, median of {Runs} seeds; control: bare datagrams without loss"));
        output.WriteLine("path                 mode      p50    p99  target  p99.9  target | control p99  p99.9 | redundancy          urgent |");
        bool[] modes = arguments.Has("urgent") ? [true] : [false, true];
        ulong seed = arguments.Number("seed", 1);
        bool allMet = true;
        foreach (PathProfile profile in profiles)
        {
            foreach (bool isUrgent in modes)
            {
                allMet &= Measure(profile, traffic with { IsUrgent = isUrgent }, seed, output);
            }
        }

        return allMet ? 0 : 1;
    }

    private static bool Measure(PathProfile profile, LatencyTraffic traffic, ulong seed, TextWriter output)
    {
        LatencySummary control = LatencySummary.OfControl(profile, traffic, seed, Runs);
        LatencySummary session = LatencySummary.OfSessions(profile, traffic, seed, Runs);
        double? p99Target = LatencyTargets.P99Ms(profile, control);
        double p999Target = LatencyTargets.P999Ms(profile, control, traffic.IsUrgent);
        bool isMet = !(session.P99Ms > p99Target) && session.P999Ms <= p999Target && LatencyTargets.IsWithinBudget(session);
        string mode = traffic.IsUrgent ? "urgent" : "default";
        output.WriteLine(FormattableString.Invariant(
            $"{profile.Name,-20} {mode,-7} {session.P50Ms,6:0.0} {session.P99Ms,6:0.0} {p99Target,7:0.0} {session.P999Ms,6:0.0} {p999Target,7:0.0} |     {control.P99Ms,7:0.0} {control.P999Ms,6:0.0} | {session.RedundantShare,5:P0} {session.RedundantBytesPerSecond / 1024,6:0.0} KB/s  {session.UrgentShare,6:P0} | {(isMet ? "met" : "missed")}"));
        return isMet;
    }
}
