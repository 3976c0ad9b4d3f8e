using Consensus.Core;
using Consensus.Log;

namespace Consensus.Host;

/// <summary>
/// The way to the log and back. When the disk is full, a write with entries is refused; it, and whatever the group wants
/// written after it, then waits here, in order, until there is room: a group's writes are never made out of turn. That
/// holds for those too that were under way when the refusal came: what has no entries is written, but not reported, since
/// a write counts as durable only with all before it.
/// </summary>
internal sealed partial class Worker
{
    private readonly List<HostedGroup> _refused = [];
    private WrittenMail _filling;
    private WrittenMail _spare;
    private bool _isWriting;

    /// <summary>The log has made durable, or refused, what it was given.</summary>
    public void HandleWritten(WrittenMail mail, long nowNs)
    {
        mail.Batch.Complete();
        for (int i = 0; i < mail.Writes.Count; i++)
        {
            (HostedGroup group, LogWrite write) = mail.Writes[i];
            group.WritesUnderWay--;
            if (mail.Batch[i].AreEntriesRefused || group.Refused.Count > 0)
            {
                Refuse(group, write with { Entries = mail.Batch[i].Entries.ToArray() });
                continue;
            }

            if (group.Replica is null)
            {
                FinishOpening(group, nowNs);
                continue;
            }

            group.Replica.HandleWritten(write.Token, nowNs);
            Touch(group);
        }

        mail.Writes.Clear();
        mail.Batch.Clear();
        _spare = mail;
        _isWriting = false;
    }

    private void AddWrite(HostedGroup group, in LogWrite write)
    {
        if (group.Refused.Count > 0)
        {
            group.Refused.Add(new RefusedWrite(write with { Entries = write.Entries.ToArray() }));
            return;
        }

        Fill(group, write);
    }

    private void Fill(HostedGroup group, in LogWrite write)
    {
        GroupWrite into = _filling.Batch.Add(group.Log);
        into.SetHardState(write.State);
        if (write.Mark is { } mark)
        {
            into.SetMark(mark);
        }

        foreach (ref readonly Entry entry in write.Entries.Span)
        {
            into.Append(entry);
        }

        group.WritesUnderWay++;
        _filling.Writes.Add((group, write with { Entries = default }));
    }

    private void SubmitWrites()
    {
        if (_isWriting || _filling.Writes.Count == 0)
        {
            return;
        }

        _isWriting = true;
        WrittenMail full = _filling;
        _filling = _spare;
        _logSink.Submit(full);
    }

    private void Refuse(HostedGroup group, in LogWrite write)
    {
        if (group.Refused.Count == 0)
        {
            _refused.Add(group);
        }

        int at = group.Refused.Count;
        while (at > 0 && group.Refused[at - 1].Write.Token > write.Token)
        {
            at--;
        }

        group.Refused.Insert(at, new RefusedWrite(write));
    }

    /// <summary>
    /// With room again, what was refused is handed in once more, before anything newer of the same group, and after all that
    /// is under way: that may have been refused as well.
    /// </summary>
    private void RetryRefused()
    {
        if (_refused.Count == 0 || !_log.HasRoom)
        {
            return;
        }

        foreach (HostedGroup group in _refused)
        {
            if (group.WritesUnderWay > 0)
            {
                continue;
            }

            foreach (RefusedWrite refused in group.Refused)
            {
                Fill(group, refused.Write);
            }

            group.Refused.Clear();
        }

        _ = _refused.RemoveAll(static group => group.Refused.Count == 0);
    }
}
