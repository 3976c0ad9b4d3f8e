using Consensus;
using Consensus.Host;
using Consensus.Log;
using Scp.PathModel;
using Simulation.Cluster.Calls;
using Simulation.Harness;

namespace Simulation.Cluster.Nodes;

/// <summary>
/// One life of a node's process: the real workers and the real log, stepped when their threads would be. Killed, nothing of
/// it happens any more; paused, everything happens later.
/// </summary>
internal sealed class NodeProcess
{
    private readonly ClusterServices _services;
    private readonly Func<long> _clock;
    private readonly long[] _stepAtNs;
    private readonly List<NodeCall> _calls = [];
    private PathRandom _random;

    public NodeProcess(ClusterNode node, ClusterServices services, NodeLog log, ulong seed)
    {
        _services = services;
        _random = new PathRandom(seed);
        Node = node;
        Log = log;
        _clock = () => node.Clock.At(services.Agenda.NowNs);
        Writer = new SimLogWriter(this, services, log, _random.Fork());
        var setup = new WorkerSetup(
            services.Plan.Host,
            node.Id,
            log,
            Writer,
            new SimApplier(this, services.Agenda, _random.Fork()),
            new SimCarrier(node, services.Network),
            _random.NextUInt64() | 1,
            _random.NextUInt64());
        Workers = new Worker[services.Plan.Host.Workers];
        _stepAtNs = new long[Workers.Length];
        Array.Fill(_stepAtNs, long.MaxValue);
        for (int i = 0; i < Workers.Length; i++)
        {
            int number = i;
            Workers[i] = new Worker(number, setup, () => Wake(number));
        }

        Writer.Start();
    }

    public ClusterNode Node { get; }

    public NodeLog Log { get; }

    public SimLogWriter Writer { get; }

    public Worker[] Workers { get; }

    public bool IsAlive { get; private set; } = true;

    public long PausedUntilNs { get; set; }

    public bool IsPaused => _services.Agenda.NowNs < PausedUntilNs;

    public Worker WorkerOf(GroupId group) => Workers[group.Value % (ulong)Workers.Length];

    /// <summary>Something that the process does at a time, if it lives by then and as soon as it runs.</summary>
    public void At(long atNs, Action action) => _services.Agenda.At(atNs, () => Run(action));

    public void Receive(NodeId from, ReadOnlySpan<byte> batch)
    {
        var mails = new WorkerMail?[Workers.Length];
        if (!IncomingBatch.TryRead(from, batch, mails))
        {
            throw new SimulationFailedException($"What {from} has sent to {Node.Id} cannot be read.");
        }

        for (int i = 0; i < mails.Length; i++)
        {
            if (mails[i] is ReceivedMail { Messages: var messages })
            {
                _services.Checks.Messages.Look(messages);
            }

            if (mails[i] is { } mail)
            {
                Workers[i].Post(mail);
            }
        }
    }

    /// <summary>Looks after it until it has ended.</summary>
    public void Follow(NodeCall call)
    {
        if (!call.TryFinish())
        {
            _calls.Add(call);
        }
    }

    public void Kill() => IsAlive = false;

    private void Run(Action action)
    {
        if (!IsAlive)
        {
            return;
        }

        if (IsPaused)
        {
            _services.Agenda.At(PausedUntilNs, () => Run(action));
            return;
        }

        try
        {
            action();
        }
        catch (Exception e) when (e is LogDiskException or LogCorruptException)
        {
            Node.StopForDisk(e);
        }
    }

    private void Wake(int worker) => PlanStep(worker, _services.Agenda.NowNs + _random.NextBetween(5 * SimTime.Us, 60 * SimTime.Us));

    private void PlanStep(int worker, long atNs)
    {
        if (atNs < _stepAtNs[worker])
        {
            _stepAtNs[worker] = atNs;
            At(atNs, () => StepIfDue(worker, atNs));
        }
    }

    private void StepIfDue(int worker, long plannedNs)
    {
        if (_stepAtNs[worker] != plannedNs)
        {
            return;
        }

        _stepAtNs[worker] = long.MaxValue;
        long nowNs = _services.Agenda.NowNs;
        long untilNs = Workers[worker].Step(_clock);
        _services.Checks.LookAt(this, worker);
        FinishCalls();
        if (Workers[worker].HasMail)
        {
            Wake(worker);
        }
        else if (untilNs != long.MaxValue)
        {
            // A thread waits in whole milliseconds, and gets up a little late.
            long waitMs = (Node.Clock.TrueDelay(Math.Max(0, untilNs - _clock())) + SimTime.Ms - 1) / SimTime.Ms;
            PlanStep(worker, nowNs + (waitMs * SimTime.Ms) + _random.NextBetween(1, 100) * SimTime.Us);
        }
    }

    public void FinishCalls()
    {
        for (int i = 0; i < _calls.Count;)
        {
            if (_calls[i].TryFinish())
            {
                _calls.RemoveAt(i);
            }
            else
            {
                i++;
            }
        }
    }
}
