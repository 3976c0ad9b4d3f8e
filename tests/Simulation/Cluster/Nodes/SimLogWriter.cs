using Consensus.Host;
using Consensus.Log;
using Consensus.Tests.Log;
using Scp.PathModel;
using Simulation.Harness;

namespace Simulation.Cluster.Nodes;

/// <summary>
/// Writes a node's log as its thread would: what was brought while it wrote goes together under the next sync, and in
/// quiet moments it tidies. A write reaches the disk when its time is over, or, if the process dies before, in part.
/// </summary>
internal sealed class SimLogWriter(NodeProcess process, ClusterServices services, NodeLog log, PathRandom random) : ILogSink
{
    private const int TidyBytes = 32 * 1024;
    private const int CallsOfAWrite = 5;

    /// <summary>With nothing to write, how often it looks whether there is something to tidy.</summary>
    private const long RestNs = 100 * SimTime.Ms;

    private readonly List<LogBatch> _batches = [];
    private List<WrittenMail> _waiting = [];
    private List<WrittenMail> _writing = [];
    private PathRandom _random = random;
    private bool _isBusy;

    /// <summary>Begins to tidy, which goes on for as long as the process lives.</summary>
    public void Start() => PlanTidying(_random.NextBelow(RestNs));

    public void Submit(WrittenMail write)
    {
        _waiting.Add(write);
        if (!_isBusy)
        {
            Begin();
        }
    }

    /// <summary>
    /// The process dies. What it was writing may have come as far as any of its calls; whatever the disk makes of calls
    /// without a sync is the disk's to say.
    /// </summary>
    public bool Abandon(SimulatedLogDisk disk)
    {
        bool writes = _isBusy && _writing.Count > 0 && _random.Chance(0.8);
        if (!writes && !_random.Chance(0.3))
        {
            return false;
        }

        disk.CallsUntilPowerCut = (int)_random.NextBelow(CallsOfAWrite);
        try
        {
            if (writes)
            {
                NoteAttempt();
                log.Write(Batches());
            }
            else
            {
                _ = log.CompactStep(TidyBytes);
            }
        }
        catch (Exception e) when (e is PowerCutException or LogDiskException)
        {
            // As meant: it ends in the middle. A disk that fails in the same moment changes nothing.
        }

        disk.CallsUntilPowerCut = -1;
        return writes;
    }

    private void Begin()
    {
        _isBusy = true;
        (_waiting, _writing) = (_writing, _waiting);
        process.At(services.Agenda.NowNs + process.Node.DrawSyncNs(), End);
    }

    private void End()
    {
        NoteAttempt();
        log.Write(Batches());
        process.Node.Durable.NoteDone();
        foreach (WrittenMail written in _writing)
        {
            written.PostBack();
        }

        _writing.Clear();
        _isBusy = false;
        if (_waiting.Count > 0)
        {
            Begin();
        }
    }

    private void NoteAttempt()
    {
        foreach (WrittenMail mail in _writing)
        {
            process.Node.Durable.NoteAttempt(mail.Batch);
        }
    }

    private ReadOnlySpan<LogBatch> Batches()
    {
        _batches.Clear();
        _batches.AddRange(_writing.Select(mail => mail.Batch));
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_batches);
    }

    private void PlanTidying(long inNs) => process.At(services.Agenda.NowNs + inNs, Tidy);

    private void Tidy()
    {
        bool hasMore = false;
        if (!_isBusy)
        {
            services.Counts.Note(ClusterEvent.TidyingSteps);
            hasMore = log.CompactStep(TidyBytes);
        }

        PlanTidying(hasMore ? process.Node.DrawSyncNs() : RestNs);
    }
}
