using System.Buffers;
using Consensus.Core;

namespace Consensus.Host;

/// <summary>
/// The snapshots that a worker's groups send and receive. The core says who needs one, and whether one that has come may
/// be installed; here bytes are moved: from a state machine, in parts, within a rate, to another.
/// </summary>
internal sealed partial class SnapshotDesk(Worker worker, HostOptions options, IMessageCarrier carrier, IApplySink machines, RandomSource random)
{
    private const long NsPerSecond = 1_000_000_000;

    /// <summary>What was not sent while nothing was to be sent may be made up for, within this.</summary>
    private const long BurstNs = 10_000_000;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly List<SnapshotSending> _sendings = [];
    private readonly Dictionary<GroupId, SnapshotReceiving> _receivings = [];

    /// <summary>The rate allows the next part from here on.</summary>
    private long _freeAtNs;

    /// <summary>When <see cref="HandleTime"/> is wanted.</summary>
    public long NextNs { get; private set; } = long.MaxValue;

    /// <summary>A leader's member needs what is gone from the log.</summary>
    public void Offer(HostedGroup group, in SnapshotWanted wanted, long nowNs)
    {
        var sending = new SnapshotSending(group, wanted.To, wanted.Term, random.Next(), nowNs);
        ISnapshotSource? source = null;
        machines.Submit(new SnapshotWork(group, () => source = group.Machine.OpenSnapshot(), openedAtNs =>
        {
            sending.Source = source;
            if (source is null || source.Mark.Index < group.Replica!.Mark.Index)
            {
                // The program compacts before the machine offers the snapshot, or has none: there is nothing to send yet.
                End(sending, isInstalled: false, openedAtNs);
            }
            else
            {
                Pump(sending, openedAtNs);
            }
        }));
        _sendings.Add(sending);
    }

    public void HandleProgress(NodeId from, in SnapshotProgress progress, long nowNs)
    {
        ulong number = progress.Sending;
        if (_sendings.Find(s => s.Number == number) is not { } sending
            || sending.To != progress.From || !sending.Group.TryGetNode(sending.To, out NodeId node) || node != from)
        {
            return;
        }

        if (progress.Standing != SnapshotStanding.Receiving)
        {
            End(sending, progress.Standing == SnapshotStanding.Installed, nowNs);
            return;
        }

        if (sending.Source is null)
        {
            return;
        }

        if (sending.NoteHave(progress.HaveBytes, nowNs))
        {
            ReadAndSend(sending, sending.HaveBytes, sending.PartBytesAt(sending.HaveBytes));
        }

        Pump(sending, nowNs);
    }

    public void HandleTime(long nowNs)
    {
        if (nowNs < NextNs)
        {
            return;
        }

        NextNs = long.MaxValue;
        foreach (SnapshotSending sending in _sendings.ToArray())
        {
            if (sending.Term != sending.Group.Replica!.Term || nowNs - sending.HeadwayAtNs >= options.SnapshotPatienceNs)
            {
                End(sending, isInstalled: false, nowNs);
                continue;
            }

            if (nowNs >= sending.RetryAtNs)
            {
                sending.SendAgain();
            }

            Pump(sending, nowNs);
        }
    }

    /// <summary>Sends what window and rate allow.</summary>
    private void Pump(SnapshotSending sending, long nowNs)
    {
        while (sending.HasMore && !sending.IsWindowFull && _freeAtNs <= nowNs)
        {
            long offset = sending.SentBytes;
            ReadAndSend(sending, offset, sending.TakePart());
            _freeAtNs = Math.Max(_freeAtNs, nowNs - BurstNs) + (HostLimits.SnapshotPartBytes * NsPerSecond / options.SnapshotBytesPerSecond);
        }

        if (sending.RetryAtNs == long.MaxValue)
        {
            sending.RetryAtNs = nowNs + options.SnapshotRetryNs;
        }

        NextNs = Math.Min(NextNs, sending.HasMore && !sending.IsWindowFull ? Math.Min(_freeAtNs, sending.RetryAtNs) : sending.RetryAtNs);
    }

    private void ReadAndSend(SnapshotSending sending, long offset, int length)
    {
        byte[] bytes = new byte[length];
        machines.Submit(new SnapshotWork(
            sending.Group,
            () => Read(sending, offset, bytes),
            _ => SendPart(sending, offset, bytes)));
    }

    /// <summary>Among the state machine's work: what ended meanwhile is disposed behind this, never before.</summary>
    private static void Read(SnapshotSending sending, long offset, byte[] into)
    {
        if (into.Length > 0)
        {
            sending.Source!.Read(offset, into);
        }
    }

    private void SendPart(SnapshotSending sending, long offset, byte[] bytes)
    {
        HostedGroup group = sending.Group;
        if (sending.IsOver || !group.TryGetNode(sending.To, out NodeId node))
        {
            return;
        }

        ISnapshotSource source = sending.Source!;
        Begin(BatchKind.SnapshotPart);
        SnapshotPart.Write(_bytes, new SnapshotPart(
            group.Id, group.Replica!.Id, sending.To, sending.Term, sending.Number, source.Mark, source.LengthBytes, offset, bytes));
        carrier.SendBulk(node, _bytes.WrittenSpan);
    }

    private void End(SnapshotSending sending, bool isInstalled, long nowNs)
    {
        sending.IsOver = true;
        _ = _sendings.Remove(sending);
        if (sending.Source is { } source)
        {
            machines.Submit(new SnapshotWork(sending.Group, source.Dispose, then: null));
        }

        sending.Group.Replica!.HandleSnapshotSent(sending.To, isInstalled, nowNs);
        worker.Touch(sending.Group);
    }

    private void Begin(BatchKind kind)
    {
        _bytes.ResetWrittenCount();
        MessageBatch.WriteHead(_bytes, worker.HeadOf(kind));
    }
}
