using Consensus.Core;
using Consensus.Tests.Core.Cluster;

namespace Consensus.Tests.Core.Scripts;

/// <summary>A replica in a script: its writes and applies end when the script says so, and its clock is its own.</summary>
internal sealed class ScriptNode(ScriptWorld world, ReplicaId id, Configuration configuration)
{
    private readonly RaftOutput _output = new();
    private readonly Queue<long> _applying = new();
    private HardState _handed;
    private int _writes;
    private int _life;

    public ReplicaId Id { get; } = id;

    public SimDisk Disk { get; } = new(configuration);

    public RaftReplica? Raft { get; private set; }

    public long NowNs { get; set; } = 1_000_000_000;

    /// <summary>How often it has asked for votes.</summary>
    public int Campaigns { get; private set; }

    public bool IsBusy => Raft is not null && (_writes > 0 || _applying.Count > 0);

    public void Start()
    {
        _output.Clear();
        _applying.Clear();
        _writes = 0;
        _handed = Disk.State;
        var setup = new RaftSetup(new GroupId(1), Id, world.Options);
        ulong seed = (Id.Value * 1000) + (ulong)_life++;
        long applied = Math.Max(Disk.Machine.Mark.Index, Disk.Snapshot.Index);
        Raft = new RaftReplica(setup, Disk.State, applied, Disk, new RandomSource(seed), _output, NowNs);
        Drain();
    }

    /// <summary>Everything that was not durable is lost.</summary>
    public void Crash()
    {
        Raft = null;
        Disk.LoseWrites();
    }

    public void Do(Action<RaftReplica> input)
    {
        if (Raft is null)
        {
            throw new ArgumentException($"{Id} is down");
        }

        input(Raft);
        Drain();
    }

    /// <summary>Lets a node's time pass, as a host would: never past a timer.</summary>
    public void Elapse(long ns, Func<bool>? until = null)
    {
        long endNs = NowNs + ns;
        while (Raft is not null && Raft.NextTimeoutNs <= endNs && until?.Invoke() != true)
        {
            NowNs = Math.Max(NowNs + 1, Raft.NextTimeoutNs);
            Do(r => r.HandleTime(NowNs));
        }

        if (until is null)
        {
            NowNs = Math.Max(NowNs, endNs);
        }
    }

    public void EndWrites()
    {
        while (_writes > 0)
        {
            _writes--;
            Do(r => r.HandleWritten(Disk.End(), NowNs));
        }
    }

    public void EndApplies()
    {
        while (_applying.TryDequeue(out long last))
        {
            Do(r => r.HandleApplied(last, NowNs));
        }
    }

    private void Drain()
    {
        Raft!.Flush();
        foreach (var change in _output.RoleChanges)
        {
            world.Say($"{Id} is {change.Role} t{change.Term}{(change.Leader.IsNone || change.Leader == Id ? "" : $" of {change.Leader}")}");
        }

        foreach (var change in _output.ConfigurationChanges)
        {
            world.Say($"{Id} configuration {change.Configuration} at {change.Index}");
        }

        foreach (var write in _output.Writes)
        {
            world.Say($"{Id} {TraceText.Of(write, _handed)}");
            _handed = write.State;
            Disk.Begin(write);
            _writes++;
        }

        foreach (var run in _output.Committed)
        {
            world.Say($"{Id} applies{TraceText.Of(run.Entries)}");
            _applying.Enqueue(run.Entries.Span[^1].Index);
        }

        foreach (var outcome in _output.Outcomes)
        {
            world.Say($"{Id} proposal {outcome.ProposalId} {(outcome.Applied ? $"applied at {outcome.Index}" : "unknown")}");
        }

        foreach (var read in _output.Reads)
        {
            world.Say($"{Id} read {read.ReadId} {(read.Ready ? $"ready at {read.Index} by {read.Mode}" : "failed")}");
        }

        foreach (var wanted in _output.SnapshotsWanted)
        {
            world.Say($"{Id} wants {wanted.To} to have a snapshot at {wanted.Index}");
        }

        Campaigns += _output.Messages.Exists(m => m.Kind is RaftMessageKind.PreVote or RaftMessageKind.Vote) ? 1 : 0;
        foreach (var message in _output.Messages)
        {
            world.Post(message);
        }

        _output.Clear();
    }
}
