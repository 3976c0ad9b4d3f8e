using Consensus.Core;
using Consensus.Log;

namespace Consensus.Host;

/// <summary>
/// Owns some of a node's groups and steps them. A step takes the mail, lets what is due happen, and collects from every
/// group that was touched what it wants: messages go out in one batch a node, writes in one batch to the log, committed
/// entries to the state machines.
/// <para>
/// It has no thread, clock, disk or network of its own: whoever owns it calls <see cref="Step"/>, one call at a time, when
/// there is mail and when the time that the last step named has come. So a simulator can run whole clusters of workers in
/// one thread.
/// </para>
/// <para>
/// One write is under way at a time. What groups want written meanwhile is gathered and goes together: the slower the
/// disk, the more one sync serves.
/// </para>
/// </summary>
internal sealed partial class Worker
{
    private readonly HostOptions _options;
    private readonly NodeId _node;
    private readonly NodeLog _log;
    private readonly ILogSink _logSink;
    private readonly IApplySink _applySink;
    private readonly OutgoingBatches _outgoing;
    private readonly WorkerMailbox _mailbox;
    private readonly RandomSource _random;
    private readonly PeerNodes _nodes;
    private readonly Dictionary<GroupId, HostedGroup> _groups = [];
    private readonly GroupTimers _timers = new();
    private readonly RaftOutput _output = new();
    private readonly List<HostedGroup> _dirty = [];
    private readonly ulong _incarnation;
    private WorkerMail? _mail;
    private long _turn;
    private long _lastId;
    private long _nowNs;

    public Worker(int number, WorkerSetup setup, Action wake)
    {
        Number = number;
        _options = setup.Options;
        _node = setup.Node;
        _log = setup.Log;
        _logSink = setup.LogSink;
        _applySink = setup.ApplySink;
        _incarnation = setup.Incarnation;
        _outgoing = new OutgoingBatches(setup.Carrier);
        _mailbox = new WorkerMailbox(wake);
        _random = new RandomSource(setup.Seed + (ulong)number);
        _nodes = new PeerNodes(_options);
        Snapshots = new SnapshotDesk(this, _options, setup.Carrier, _applySink, _random);
        _filling = new WrittenMail(this);
        _spare = new WrittenMail(this);
    }

    public int Number { get; }

    public bool HasMail => _mail is not null || _mailbox.HasMail;

    public SnapshotDesk Snapshots { get; }

    public BatchHead HeadOf(BatchKind kind) => new(kind, _incarnation, Number, _options.Workers, _turn);

    /// <summary>An open group of this worker's.</summary>
    public HostedGroup? FindGroup(GroupId group) => _groups.GetValueOrDefault(group);

    /// <summary>From any thread.</summary>
    public void Post(WorkerMail mail) => _mailbox.Post(mail);

    /// <summary>Does what there is to do; returns when time will bring more, <see cref="long.MaxValue"/> for never.</summary>
    /// <param name="clock">
    /// Looked at once, after the mail has been taken. Were it the other way round, a thread that is held up in between
    /// would take what came meanwhile for older than it is: a promise would end too early, and a lease that is long over
    /// would seem to hold for a read that has just been made.
    /// </param>
    public long Step(Func<long> clock)
    {
        _mail ??= _mailbox.TakeAll();
        long nowNs = clock();
        _turn++;
        if (nowNs < _nowNs)
        {
            StartOverFrom(nowNs);
        }

        _nowNs = nowNs;
        HandleMail(nowNs);
        while (_timers.Take(nowNs) is { } due)
        {
            due.Replica!.HandleTime(nowNs);
            Touch(due);
        }

        WatchNodes(nowNs);
        Snapshots.HandleTime(nowNs);
        RetryRefused();
        CollectOutputs();
        _outgoing.SendAll();
        SubmitWrites();
        return HasMail ? nowNs : Math.Min(_timers.EarliestNs, Math.Min(_nodes.NextNs, Snapshots.NextNs));
    }

    /// <summary>Ends: whoever waits is told. Nothing may be under way on other threads that steps this worker.</summary>
    public void Stop()
    {
        for (WorkerMail? mail = _mailbox.Close(); mail is not null; mail = mail.Next)
        {
            mail.Abandon();
        }

        for (; _mail is not null; _mail = _mail.Next)
        {
            _mail.Abandon();
        }

        foreach (HostedGroup group in _groups.Values)
        {
            FinishAll(group);
        }
    }

    /// <summary>What a group has been told may make it want something.</summary>
    public void Touch(HostedGroup group)
    {
        if (!group.IsDirty)
        {
            group.IsDirty = true;
            _dirty.Add(group);
        }
    }

    private void HandleMail(long nowNs)
    {
        for (int i = 0; i < HostLimits.MailAStep && _mail is not null; i++)
        {
            WorkerMail mail = _mail;
            _mail = mail.Next;
            mail.Next = null;
            mail.Handle(this, nowNs);
        }
    }
}
