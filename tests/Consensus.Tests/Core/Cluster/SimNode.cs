using System.Buffers;
using Consensus.Core;
using Scp.Serialization;

namespace Consensus.Tests.Core.Cluster;

/// <summary>
/// A process with one replica: what a host does for it, in the simplest way. Messages pass through the codec. The state
/// machine is the running hash of everything applied.
/// </summary>
internal sealed class SimNode(SimCluster cluster, ReplicaId id, Configuration configuration, SimClock clock)
{
    private readonly EntryArena _arena = new();
    private readonly Queue<(long LastIndex, ulong Hash)> _applying = new();
    private ulong _hash;

    public ReplicaId Id { get; } = id;

    public SimDisk Disk { get; } = new(configuration);

    public SimClock Clock { get; } = clock;

    public RaftReplica? Raft { get; private set; }

    public RaftOutput Output { get; } = new();

    public bool IsUp => Raft is not null;

    /// <summary>Counts starts, so that what was begun before a crash does not end after it.</summary>
    public int Life { get; private set; }

    public long PausedUntilNs { get; set; }

    /// <summary>When the cluster will step it for its timers.</summary>
    public long WakeAtNs { get; set; } = long.MaxValue;

    public long LocalNs => Clock.Local(cluster.NowNs);

    public bool Leads => Raft is { Role: RaftRole.Leader };

    public void Start()
    {
        Life++;
        _hash = Disk.Machine.Hash;
        _applying.Clear();
        Output.Clear();
        long applied = Math.Max(Disk.Machine.Mark.Index, Disk.Snapshot.Index);
        var setup = new RaftSetup(SimCluster.Group, Id, cluster.Plan.Options);
        Raft = new RaftReplica(setup, Disk.State, applied, Disk, new RandomSource(cluster.Random.Next()), Output, LocalNs);
        PausedUntilNs = 0;
        WakeAtNs = long.MaxValue;
        cluster.Finish(this);
    }

    public void Crash()
    {
        Raft = null;
        Life++;
        Disk.Crash(cluster.Random);
    }

    public void Receive(byte[] bytes)
    {
        _arena.Clear();
        if (!RaftMessageCodec.TryRead(bytes, _arena, out var message))
        {
            throw new SafetyViolationException("a message that was sent cannot be read");
        }

        Raft!.HandleMessage(message, LocalNs);
    }

    /// <summary>Takes what the replica wants done and does it, sooner or later.</summary>
    public void Drain()
    {
        Raft!.Flush();
        cluster.Checker.CheckStep(this);
        foreach (var message in Output.Messages)
        {
            var bytes = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(bytes);
            RaftMessageCodec.Write(ref writer, message);
            writer.Flush();
            cluster.Network.Send(message.From, message.To, bytes.WrittenSpan.ToArray());
        }

        foreach (var write in Output.Writes)
        {
            Disk.Begin(write);
            cluster.After(Id, cluster.DiskDelayNs(this), () => Raft!.HandleWritten(Disk.End(), LocalNs), Life);
        }

        foreach (var run in Output.Committed)
        {
            Apply(run.Entries.Span);
        }

        foreach (var wanted in Output.SnapshotsWanted)
        {
            cluster.Snapshots.Send(this, wanted);
        }

        cluster.Workload.HandleResults(this);
        Output.Clear();
    }

    /// <summary>The machine's state at the index that is applied.</summary>
    public (long Index, ulong Hash) State => (Raft!.AppliedIndex, _hash);

    public void TakeSnapshot(long keptBehind)
    {
        long index = Raft!.AppliedIndex;
        if (index == 0 || !Raft.TryMakeMark(index, out var mark))
        {
            return;
        }

        Disk.SaveMachine(mark, _hash);
        if (Raft.TryMakeMark(Math.Max(Raft.Mark.Index, index - keptBehind), out var logMark))
        {
            Raft.HandleSnapshotTaken(logMark, LocalNs);
        }
    }

    public void Install(in SnapshotMark mark, ulong hash)
    {
        _hash = hash;
        _applying.Clear();
        Disk.SaveMachine(mark, hash);
        cluster.Checker.CheckState(Id, mark.Index, hash);
        Raft!.HandleSnapshotInstalled(mark, installed: true, LocalNs);
    }

    private void Apply(ReadOnlySpan<Entry> entries)
    {
        ulong hash = _applying.Count > 0 ? _applying.Last().Hash : _hash;
        foreach (ref readonly var entry in entries)
        {
            hash = cluster.Checker.CheckApply(this, entry, hash);
        }

        long last = entries[^1].Index;
        _applying.Enqueue((last, hash));
        cluster.After(Id, cluster.ApplyDelayNs(this), () => EndApply(last), Life);
    }

    private void EndApply(long last)
    {
        // A snapshot may have been put in the place of what was being applied.
        while (_applying.TryPeek(out var oldest) && oldest.LastIndex <= last)
        {
            _hash = _applying.Dequeue().Hash;
            Raft!.HandleApplied(oldest.LastIndex, LocalNs);
        }
    }
}
