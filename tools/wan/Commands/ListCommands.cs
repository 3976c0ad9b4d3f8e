using System.Globalization;
using Scp.PathModel;
using Wan.Control;
using Wan.Settings;

namespace Wan.Commands;

/// <summary>`wan ls` and `wan profiles`.</summary>
internal static class ListCommands
{
    public static int Wans(Arguments arguments, CommandContext context)
    {
        arguments.RefuseMore();
        var table = new Table("NAME", "PID", "NODES", "PROFILE");
        foreach (WanState wan in context.Registry.List())
        {
            string nodes = wan.IsReady ? wan.Namespaces.Length.ToString(CultureInfo.InvariantCulture) : "starting";
            table.Add(wan.Name, wan.Process.Pid.ToString(CultureInfo.InvariantCulture), nodes, wan.Profile);
        }

        table.WriteTo(context.Output);
        return ExitCode.Done;
    }

    public static int Profiles(Arguments arguments, CommandContext context)
    {
        arguments.RefuseMore();
        var table = new Table("PROFILE", "DELAY", "JITTER", "LOSS", "BURSTS", "RATE", "QUEUE", "MTU");
        foreach (string name in PathProfiles.Names)
        {
            if (PathProfiles.TryGet(name, out PathProfile? profile))
            {
                table.Add(Row(profile));
            }
        }

        table.WriteTo(context.Output);
        context.Output.WriteLine("Each way alike: a round trip takes twice the delay and meets the loss twice.");
        return ExitCode.Done;
    }

    private static string[] Row(PathProfile profile) =>
    [
        profile.Name,
        Units.Time(profile.OneWayDelayNs),
        profile.JitterNs == 0 ? "0" : $"{Units.Time(profile.JitterNs)} per {(profile.JitterPeriodNs == 0 ? "packet" : Units.Time(profile.JitterPeriodNs))}",
        Units.Share(profile.LossProbability),
        profile.Burst is { } burst ? $"{Units.Time(burst.MeanLengthNs)}, {Units.Share(burst.ShareOfTime)} of the time" : "none",
        Units.Rate(profile.RateBitsPerSecond),
        profile.QueueNs > 0 ? Units.Time(profile.QueueNs) : Units.Size(profile.QueueBytes),
        profile.MtuBytes.ToString(CultureInfo.InvariantCulture),
    ];
}
