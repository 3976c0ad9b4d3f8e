using System.Security.Cryptography;
using Consensus.Log;

namespace Consensus.Host;

/// <summary>
/// A node's replicas with their threads: workers that step them, one that writes the log, one that applies. A failure of
/// the disk or of a state machine ends the host: it answers nothing more, and <see cref="Failed"/> says why.
/// </summary>
public sealed class ConsensusHost : IConsensusHost
{
    private readonly NodeLog _log;
    private readonly WorkerThread[] _workers;
    private readonly LogWriterThread _writer;
    private readonly ApplyThread _applier;
    private readonly TaskCompletionSource<Exception> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<Task> _stop;

    private ConsensusHost(NodeId node, NodeLog log, HostOptions options, IMessageCarrier carrier)
    {
        Node = node;
        _log = log;
        _stop = new Lazy<Task>(() => Task.Run(StopThreads));
        _writer = new LogWriterThread(log, Fail);
        _applier = new ApplyThread(Fail);
        var setup = new WorkerSetup(options, node, log, _writer, _applier, carrier, RandomNumber(), RandomNumber());
        _workers = new WorkerThread[options.Workers];
        for (int i = 0; i < _workers.Length; i++)
        {
            _workers[i] = new WorkerThread(i, setup, Fail);
        }
    }

    public NodeId Node { get; }

    /// <summary>Ends with the reason when the host cannot go on. The process should then stop.</summary>
    public Task<Exception> Failed => _failed.Task;

    /// <summary>Starts a host on a log that it then owns.</summary>
    public static ConsensusHost Start(NodeId node, NodeLog log, HostOptions options, IMessageCarrier carrier)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        var host = new ConsensusHost(node, log, options, carrier);
        host._writer.Start();
        host._applier.Start();
        foreach (WorkerThread worker in host._workers)
        {
            worker.Start();
        }

        return host;
    }

    public ValueTask<IConsensusGroup> OpenAsync(GroupSetup setup, IStateMachine machine)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(machine);
        var mail = new OpenMail(setup, machine);
        WorkerOf(setup.Group).Post(mail);
        return mail.End;
    }

    public void Receive(NodeId from, ReadOnlySpan<byte> batch)
    {
        var mails = new WorkerMail?[_workers.Length];
        if (!IncomingBatch.TryRead(from, batch, mails))
        {
            return;
        }

        for (int i = 0; i < mails.Length; i++)
        {
            if (mails[i] is { } mail)
            {
                _workers[i].Worker.Post(mail);
            }
        }
    }

    public void NoteRoundTrip(NodeId node, long roundTripNs)
    {
        foreach (WorkerThread worker in _workers)
        {
            worker.Worker.Post(new RoundTripMail(node, roundTripNs));
        }
    }

    /// <summary>Whoever waits is told: what was taken is unknown, everything else was not taken.</summary>
    public async ValueTask DisposeAsync() => await _stop.Value.ConfigureAwait(false);

    private static ulong RandomNumber() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    private Worker WorkerOf(GroupId group) => _workers[IncomingBatch.WorkerOf(group, _workers.Length)].Worker;

    private void Fail(Exception reason)
    {
        if (_failed.TrySetResult(reason))
        {
            _ = _stop.Value;
        }
    }

    /// <summary>Workers first: what they have brought is still written and applied, though nobody hears of it.</summary>
    private void StopThreads()
    {
        foreach (WorkerThread worker in _workers)
        {
            worker.Dispose();
        }

        _applier.Dispose();
        _writer.Dispose();
        _log.Dispose();
    }
}
