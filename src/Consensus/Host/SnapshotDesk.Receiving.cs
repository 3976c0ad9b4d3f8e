using Consensus.Core;

namespace Consensus.Host;

/// <summary>The receiving side: one snapshot at a time for each group, the newest that a leader sends.</summary>
internal sealed partial class SnapshotDesk
{
    public void HandlePart(NodeId from, in SnapshotPart part, long nowNs)
    {
        if (worker.FindGroup(part.Group) is not { } group || group.Replica!.Id != part.To || part.Term < group.Replica.Term)
        {
            return;
        }

        if (!group.TryGetNode(part.From, out NodeId known))
        {
            group.NoteStranger(part.From, from);
        }
        else if (known != from)
        {
            return;
        }

        if (!_receivings.TryGetValue(part.Group, out SnapshotReceiving? receiving) || !receiving.IsOf(part))
        {
            if (receiving is { IsInstalling: true })
            {
                return;
            }

            DropSink(group, receiving);
            receiving = new SnapshotReceiving(from, part);
            _receivings[part.Group] = receiving;
        }

        if (part.Offset == receiving.TakenBytes && receiving.Standing == SnapshotStanding.Receiving && !receiving.IsInstalling
            && (part.Bytes.Length > 0 || part.LengthBytes == 0) && receiving.TakenBytes - receiving.HaveBytes < HostLimits.SnapshotWindowBytes)
        {
            Take(group, receiving, part);
            while (receiving.TryTakeHeld(out SnapshotPart held))
            {
                Take(group, receiving, held);
            }
        }
        else
        {
            receiving.Hold(part);
            Answer(group, receiving);
        }
    }

    private void Take(HostedGroup group, SnapshotReceiving receiving, SnapshotPart part)
    {
        receiving.TakenBytes += part.Bytes.Length;
        machines.Submit(new SnapshotWork(
            group,
            () =>
            {
                receiving.Sink ??= group.Machine.BeginInstall(part.Mark, part.LengthBytes);
                receiving.Sink.Write(part.Bytes.Span);
            },
            nowNs =>
            {
                receiving.HaveBytes += part.Bytes.Length;
                if (receiving.HaveBytes == part.LengthBytes && IsCurrent(group, receiving))
                {
                    Install(group, receiving, nowNs);
                }

                Answer(group, receiving);
            }));
    }

    private void Install(HostedGroup group, SnapshotReceiving receiving, long nowNs)
    {
        SnapshotPart first = receiving.First;
        RaftReplica replica = group.Replica!;
        SnapshotVerdict verdict = replica.HandleSnapshotReceived(first.Mark, first.From, first.Term, nowNs);
        worker.Touch(group);
        if (verdict != SnapshotVerdict.Install)
        {
            bool hasItAll = verdict == SnapshotVerdict.Stale && replica.CommitIndex >= first.Mark.Index;
            receiving.Standing = hasItAll ? SnapshotStanding.Installed : SnapshotStanding.Refused;
            DropSink(group, receiving);
            return;
        }

        receiving.IsInstalling = true;
        ISnapshotSink sink = receiving.Sink!;
        receiving.Sink = null;
        machines.Submit(new SnapshotWork(
            group,
            () =>
            {
                sink.Complete();
                sink.Dispose();
            },
            installedAtNs =>
            {
                receiving.IsInstalling = false;
                receiving.Standing = SnapshotStanding.Installed;
                replica.HandleSnapshotInstalled(first.Mark, installed: true, installedAtNs);
                worker.Touch(group);
                Answer(group, receiving);
            }));
    }

    private bool IsCurrent(HostedGroup group, SnapshotReceiving receiving) =>
        _receivings.TryGetValue(group.Id, out SnapshotReceiving? current) && ReferenceEquals(current, receiving);

    private void DropSink(HostedGroup group, SnapshotReceiving? receiving)
    {
        if (receiving is not null)
        {
            machines.Submit(new SnapshotWork(
                group,
                () =>
                {
                    receiving.Sink?.Dispose();
                    receiving.Sink = null;
                },
                then: null));
        }
    }

    private void Answer(HostedGroup group, SnapshotReceiving receiving)
    {
        SnapshotPart first = receiving.First;
        Begin(BatchKind.SnapshotProgress);
        SnapshotProgress.Write(_bytes, new SnapshotProgress(group.Id, first.To, first.From, first.Sending, receiving.HaveBytes, receiving.Standing));
        carrier.Send(receiving.Node, _bytes.WrittenSpan);
    }
}
