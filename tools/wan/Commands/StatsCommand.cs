using System.Globalization;
using System.Text.Json;
using Wan.Control;

namespace Wan.Commands;

/// <summary>`wan stats`: a table for people, or one JSON object.</summary>
internal static class StatsCommand
{
    public static int Run(Arguments arguments, CommandContext context)
    {
        string name = CommandContext.TakeName(arguments);
        bool json = arguments.TakeFlag("--json");
        bool reset = arguments.TakeFlag("--reset");
        arguments.RefuseMore();
        StatsReport report = context.Ask(name, new ControlRequest { Verb = ControlVerb.Stats, Reset = reset }).Stats
            ?? throw new WanException(ExitCode.Failed, $"the WAN {name} answered without statistics: are both of the same version?");
        if (json)
        {
            context.Output.WriteLine(JsonSerializer.Serialize(report, WanJson.Default.StatsReport));
        }
        else
        {
            Write(report, context.Output);
        }

        return ExitCode.Done;
    }

    private static void Write(StatsReport report, TextWriter output)
    {
        output.WriteLine(Text($"{report.Name}: pid {report.Pid}, up {report.SecondsUp:0} s, seed {report.Seed}, forwarding thread {report.Urgency}"));
        output.WriteLine();
        var pairs = new Table("PAIR", "PROFILE", "PACKETS", "MBYTE", "DELIVERED", "CUT", "TOO BIG", "QUEUE FULL", "BURST", "RANDOM", "TWICE", "REORDERED", "QUEUE MS", "LOST HERE");
        foreach (PairReport pair in report.Pairs)
        {
            pairs.Add(
                Text($"{pair.From} -> {pair.To}"),
                pair.Cut ? $"{pair.Profile}, cut" : pair.Profile,
                Text($"{pair.Offered}"),
                Text($"{pair.OfferedBytes / 1e6:0.0}"),
                Text($"{pair.Delivered}"),
                Text($"{pair.DroppedCut}"),
                Text($"{pair.DroppedTooBig}"),
                Text($"{pair.DroppedQueueFull}"),
                Text($"{pair.DroppedBurst}"),
                Text($"{pair.DroppedRandom}"),
                Text($"{pair.Duplicated}"),
                Text($"{pair.Reordered}"),
                Text($"{pair.QueueHighMs:0.0}"),
                Text($"{pair.Overflow + pair.Refused}"));
        }

        pairs.WriteTo(output);
        output.WriteLine();
        var lateness = new Table("LATE BY", "PACKETS", "P50 MS", "P90 MS", "P99 MS", "P99.9 MS", "MAX MS", "OVER 5 MS", "SHARE");
        lateness.Add(LatenessRow("all", report.Lateness));
        lateness.Add(LatenessRow("intake", report.Intake));
        lateness.WriteTo(output);
        WriteTroubles(report, output);
    }

    private static string[] LatenessRow(string name, LatenessReport lateness) =>
    [
        name,
        Text($"{lateness.Packets}"),
        Text($"{lateness.P50Ms:0.000}"),
        Text($"{lateness.P90Ms:0.000}"),
        Text($"{lateness.P99Ms:0.000}"),
        Text($"{lateness.P999Ms:0.000}"),
        Text($"{lateness.MaxMs:0.000}"),
        Text($"{lateness.Late}"),
        Text($"{lateness.LateShare * 100:0.000}%"),
    ];

    private static void WriteTroubles(StatsReport report, TextWriter output)
    {
        foreach (NodeReport node in report.Nodes)
        {
            WriteTrouble(node.DroppedByDevice, "were dropped by its device before the simulator read them");
            WriteTrouble(node.NoRoom, "found no room in the simulator");
            WriteTrouble(node.Unroutable, "were for no other node (multicast, say)");
            if (node.Lost)
            {
                output.WriteLine($"node {node.Node}: its device is gone; take the WAN down and up again");
            }

            void WriteTrouble(long packets, string what)
            {
                if (packets > 0)
                {
                    output.WriteLine($"node {node.Node}: {packets} packets {what}");
                }
            }
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
