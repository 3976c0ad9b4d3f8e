using Consensus;
using Consensus.Core;
using Consensus.Log;
using Consensus.Tests.Log;
using Scp.PathModel;
using Simulation.Cluster.Checking;
using Simulation.Cluster.Machine;
using Simulation.Harness;

namespace Simulation.Cluster.Nodes;

/// <summary>A machine with a disk and a clock, on which a process runs most of the time.</summary>
internal sealed class ClusterNode
{
    private readonly ClusterServices _services;
    private PathRandom _random;
    private bool _hasLog;
    private bool _isDamaged;

    public ClusterNode(int index, ClusterServices services, PathRandom random)
    {
        _services = services;
        _random = random;
        Index = index;
        Id = new NodeId((ulong)index + 1);
        Disk = new SimulatedLogDisk((int)_random.NextBelow(int.MaxValue));
        Clock = new NodeClock(_random.NextBetween(SimTime.Second, 100_000 * SimTime.Second));
        Durable = new DurableModel(Id, services.Books);
    }

    public int Index { get; }

    public NodeId Id { get; }

    public SimulatedLogDisk Disk { get; private set; }

    public NodeClock Clock { get; }

    public DurableModel Durable { get; }

    public List<ReplicaSlot> Slots { get; } = [];

    public NodeProcess? Process { get; private set; }

    /// <summary>It has been started once.</summary>
    public bool IsInUse { get; private set; }

    /// <summary>Its log is lost, and it never comes back.</summary>
    public bool IsOut { get; private set; }

    /// <summary>Its process runs, paused or not.</summary>
    public bool IsUp => Process is not null;

    /// <summary>How much longer than usual a sync takes.</summary>
    public long SlownessNs { get; set; }

    public long DrawSyncNs()
    {
        long syncNs = _services.Plan.SyncNs;
        long tailNs = _random.NextBelow(50) == 0 ? _random.NextBelow(40 * SimTime.Ms) : 0;
        return _random.NextBetween(syncNs / 2, syncNs * 2) + tailNs + (SlownessNs > 0 ? _random.NextBetween(SlownessNs / 2, SlownessNs) : 0);
    }

    public ReplicaSlot AddReplica(GroupId group, ReplicaId replica, Configuration founding)
    {
        var slot = new ReplicaSlot(this, group, replica, founding, new KvMachine(group.Value, _services.Checks.NoteApplied));
        Slots.Add(slot);
        _services.Checks.Enlist(slot);
        Process?.At(_services.Agenda.NowNs, () => slot.Open(Process.WorkerOf(group), _services.Plan.Raft));
        return slot;
    }

    /// <summary>Starts the process, unless the node is out or it runs.</summary>
    public void Start()
    {
        if (IsOut || IsUp)
        {
            return;
        }

        IsInUse = true;
        if (TryOpenLog() is not { } log)
        {
            return;
        }

        _hasLog = true;
        Durable.Verify(log);
        Process = new NodeProcess(this, _services, log, _random.NextUInt64());
        Trace($"starts");
        foreach (ReplicaSlot slot in Slots)
        {
            slot.Open(Process.WorkerOf(slot.Group), _services.Plan.Raft);
        }

        _services.Network.Greet(this);
    }

    /// <summary>Ends the process at once. The disk keeps what was written; if power fails, what was synced and some of the rest.</summary>
    public void Kill(bool losesPower)
    {
        if (Process is not { } process)
        {
            return;
        }

        bool midWrite = process.Writer.Abandon(Disk);
        Trace($"is killed, {(losesPower ? "loses power" : "keeps power")}{(midWrite ? " in a write" : "")}");
        if (losesPower)
        {
            Disk.LosePower();
            _services.Counts.Note(midWrite ? ClusterEvent.PowerCutsMidWrite : ClusterEvent.PowerCuts, midWrite ? 1 : 0);
        }

        EndProcess();
    }

    /// <summary>The disk or what is on it has failed: the process ends by itself.</summary>
    public void StopForDisk(Exception reason)
    {
        Trace($"stops: {reason.Message}");
        if (reason is LogCorruptException && !_isDamaged)
        {
            throw new SimulationFailedException($"The log of {Id} is said to be damaged, and nobody damaged it: {reason.Message}");
        }

        EndProcess();
        _services.Agenda.In(_random.NextBetween(100 * SimTime.Ms, 2 * SimTime.Second), Start);
    }

    /// <summary>Bits flip where nothing may be lost without a word; the process, if it runs, is killed first.</summary>
    public void Rot()
    {
        Kill(losesPower: false);
        _isDamaged = true;
        List<string> names = [.. Disk.Names.Where(name => name.StartsWith(LogFormat.SegmentPrefix, StringComparison.Ordinal))];

        // The newest segment ends in a batch whose damage cannot be told from a crash in the midst of writing it.
        if (names.Count < 2)
        {
            return;
        }

        string name = names[(int)_random.NextBelow(names.Count - 1)];
        for (int i = 0; i < 4; i++)
        {
            Disk[name].Rot(_random.NextBelow(Disk[name].Bytes.Length), (byte)(1 << (int)_random.NextBelow(8)));
        }
    }

    /// <summary>The disk is replaced by an empty one, and somebody starts the node as if nothing had happened.</summary>
    public void LoseDisk()
    {
        Kill(losesPower: true);
        _isDamaged = true;
        Disk = new SimulatedLogDisk((int)_random.NextBelow(int.MaxValue));
    }

    private NodeLog? TryOpenLog()
    {
        if (_random.Chance(0.1))
        {
            Disk.CallsUntilPowerCut = (int)_random.NextBelow(6);
        }

        try
        {
            var identity = new UInt128(_random.NextUInt64(), _random.NextUInt64());
            var log = NodeLog.Open(Disk, _services.Plan.Log, Id, identity, create: !_hasLog);
            Disk.CallsUntilPowerCut = -1;
            return log;
        }
        catch (PowerCutException)
        {
            _services.Counts.Note(ClusterEvent.PowerCutsMidOpening);
            Disk.LosePower();
        }
        catch (LogDiskException e)
        {
            Trace($"cannot open its log: {e.Message}");
        }
        catch (Exception e) when (e is LogCorruptException or LogRefusedException && _isDamaged)
        {
            Trace($"is out: {e.Message}");
            _services.Counts.Note(ClusterEvent.NodesOut);
            IsOut = true;
            return null;
        }

        Disk.CallsUntilPowerCut = -1;
        _services.Agenda.In(_random.NextBetween(50 * SimTime.Ms, SimTime.Second), Start);
        return null;
    }

    private void EndProcess()
    {
        Process!.Kill();
        Process.Log.Dispose();
        Process = null;
        foreach (ReplicaSlot slot in Slots)
        {
            slot.Close();
        }
    }

    private void Trace(FormattableString what)
    {
        if (_services.Trace.IsOn)
        {
            _services.Trace.Write(_services.Agenda.NowNs, $"{Id} {what}");
        }
    }
}
