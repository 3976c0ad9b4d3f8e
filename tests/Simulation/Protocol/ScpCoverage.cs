using Simulation.Harness;
using Simulation.Network;
using Simulation.Protocol.Checking;
using Simulation.Protocol.Faults;
using Simulation.Protocol.Nodes;
using Simulation.Protocol.Workload;

namespace Simulation.Protocol;

/// <summary>What a run of the protocol simulator must have met, and where it is counted.</summary>
internal static class ScpCoverage
{
    private static readonly (CoverageCounter Counter, Func<Sources, long> Value)[] All =
    [
        (new("network", "datagrams sent", false), s => s.Services.Datagrams.Sent),
        (new("network", "datagrams lost"), s => s.Paths.All.Sum(path => path.Datagrams.Statistics.Dropped)),
        (new("network", "datagrams duplicated"), s => s.Paths.All.Sum(path => path.Datagrams.Statistics.Duplicated)),
        (new("network", "datagrams reordered"), s => s.Paths.All.Sum(path => path.Datagrams.Statistics.Reordered)),
        (new("network", "datagrams corrupted"), s => s.Paths.All.Sum(path => path.Datagrams.Statistics.Corrupted)),
        (new("network", "datagrams too large"), s => s.Paths.All.Sum(path => path.Datagrams.Statistics.DroppedTooBig)),
        (new("network", "datagrams to dead addresses"), s => s.Services.Datagrams.LostToDeadAddress),
        (new("network", "dials"), s => s.Services.Lanes.Dialled),
        (new("network", "dials failed"), s => s.Services.Lanes.DialsFailed),
        (new("network", "lanes cut"), s => s.Services.Lanes.Cuts),
        (new("network", "lanes cut mid-chunk"), s => s.Services.Lanes.CutsThatLostBytes),
        (new("attacks", "datagrams malformed"), s => s.Attacker.Malformed),
        (new("attacks", "datagrams replayed"), s => s.Attacker.Replayed),
        (new("attacks", "datagrams dropped"), s => s.Services.Totals.DatagramsDropped),
        (new("attacks", "strangers challenged"), s => s.Amplification.DatagramsToStrangers),
        .. Enum.GetValues<FaultKind>().Select(kind => (new CoverageCounter("faults", NameOf(kind)), (Func<Sources, long>)(s => s.Faults[kind]))),
        (new("sessions", "sessions"), s => s.Services.Totals.Sessions),
        (new("sessions", "resumed"), s => s.Services.Totals.Resumes),
        (new("sessions", "resumes refused"), s => s.Services.Totals.ResumesRefused),
        (new("sessions", "lanes refused"), s => s.Services.LanesRefused),
        (new("sessions", "closed"), s => s.Services.Totals.Closes),
        (new("sessions", "idle timeouts"), s => s.Services.Totals.IdleTimeouts),
        (new("sessions", "moved into a lane"), s => s.Services.Totals.Blocked),
        (new("sessions", "moved back to datagrams"), s => s.Services.Totals.Opened),
        (new("sessions", "paths changed"), s => s.Services.Totals.PathsChanged),
        (new("sessions", "rekeyed"), s => s.Services.Totals.Rekeys),
        (new("sessions", "datagrams grown"), s => s.Bounds.MtuGrew),
        (new("sessions", "datagrams shrunk"), s => s.Bounds.MtuShrank),
        (new("recovery", "packets given up"), s => s.Services.Totals.PacketsLost),
        (new("recovery", "packets given up too early"), s => s.Services.Totals.SpuriousLosses),
        (new("recovery", "probes"), s => s.Services.Totals.ProbesSent),
        (new("recovery", "packets rebuilt from parity"), s => s.Services.Totals.PacketsRecovered),
        (new("recovery", "bytes of redundancy"), s => s.Services.Totals.RedundantBytes),
        (new("recovery", "bytes of urgent copies"), s => s.Services.Totals.UrgentBytes),
        (new("calls", "accepted"), s => s.Counts.Accepted),
        (new("calls", "refused as busy"), s => s.Counts.Busy),
        (new("calls", "replied"), s => s.Counts.Replied),
        (new("calls", "not run"), s => s.Counts.NotRun),
        (new("calls", "unknown"), s => s.Counts.Unknown),
        (new("calls", "one-ways delivered reliably"), s => s.Counts.Delivered),
        (new("calls", "deadlines passed"), s => s.Counts.DeadlinesPassed),
        (new("calls", "cancelled"), s => s.Counts.Cancelled),
        (new("calls", "cancels seen by handlers"), s => s.Counts.CancelsSeen),
        (new("calls", "replies forgotten"), s => s.Services.Totals.RepliesForgotten),
        (new("calls", "by bulk lane"), s => s.Counts.LargeMessages),
        (new("streams", "opened"), s => s.Counts.StreamsOpened),
        (new("streams", "finished"), s => s.Counts.StreamsFinished),
        (new("streams", "reset"), s => s.Counts.StreamsReset),
        (new("streams", "stopped"), s => s.Counts.StreamsStopped),
        (new("streams", "short writes"), s => s.Counts.ShortWrites),
    ];

    public static IReadOnlyList<CoverageCounter> Counters { get; } = Array.ConvertAll(All, entry => entry.Counter);

    public static Coverage Of(
        PathTable paths,
        SimServices services,
        TrafficCounts counts,
        FaultScheduler faults,
        Attacker attacker,
        AmplificationChecker amplification,
        BoundsChecker bounds)
    {
        var sources = new Sources(paths, services, counts, faults, attacker, amplification, bounds);
        var coverage = new Coverage(Counters);
        for (int i = 0; i < All.Length; i++)
        {
            coverage.Add(i, All[i].Value(sources));
        }

        return coverage;
    }

    /// <summary>"PauseNode" reads "pause node" in the table.</summary>
    private static string NameOf(FaultKind kind) =>
        string.Concat(kind.ToString().Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? " " : "") + char.ToLowerInvariant(letter) : letter.ToString()));

    private sealed record Sources(
        PathTable Paths,
        SimServices Services,
        TrafficCounts Counts,
        FaultScheduler Faults,
        Attacker Attacker,
        AmplificationChecker Amplification,
        BoundsChecker Bounds);
}
