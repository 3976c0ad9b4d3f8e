using Scp.Protocol.Wire;

namespace Scp.Protocol.Streams;

/// <summary>
/// Control frames waiting to be sent: flags on the streams, turned into frames with the values of the moment in which
/// they are taken. A stream of the peer is remembered until its last words are confirmed; so that a peer that confirms
/// nothing cannot pile streams up here, further last words wait while too many are unconfirmed.
/// </summary>
internal sealed class ControlQueue
{
    private readonly StreamList _waiting = new(StreamRole.Control);
    private readonly StreamList _withheld = new(StreamRole.Control);
    private readonly SessionCredit _session;
    private readonly int _maxUnconfirmed;
    private int _unconfirmed;
    private bool _sessionDirty;

    public ControlQueue(SessionCredit session, int maxUnconfirmed)
    {
        _session = session;
        _maxUnconfirmed = maxUnconfirmed;
    }

    public bool IsEmpty => !_sessionDirty && (_waiting.First ?? FirstWithheld) is null;

    public void MarkSessionCredit() => _sessionDirty = true;

    public void Mark(StreamEntry entry, StreamControlFlags flag)
    {
        entry.Dirty |= flag;
        if (!_waiting.Contains(entry))
        {
            _waiting.MoveLast(entry);
        }
    }

    /// <summary>Marks the ack of a receiving half, which is its last word once the reader is through.</summary>
    public void MarkAck(StreamEntry entry, ReceiveStream receive)
    {
        if (!receive.IsFinished)
        {
            Mark(entry, StreamControlFlags.Ack);
        }
        else if (!receive.IsFinalAckConfirmed)
        {
            entry.Dirty &= ~StreamControlFlags.Ack;
            Mark(entry, StreamControlFlags.FinalAck);
        }
    }

    public void Unmark(StreamEntry entry, StreamControlFlags flags)
    {
        entry.Dirty &= ~flags;
        if (entry.Dirty == StreamControlFlags.None)
        {
            _waiting.Remove(entry);
            _withheld.Remove(entry);
        }
    }

    /// <summary>The peer is known to have these last words.</summary>
    public void Confirm(StreamEntry entry, StreamControlFlags lastWords)
    {
        Unmark(entry, lastWords);
        StreamControlFlags confirmed = entry.Unconfirmed & lastWords;
        entry.Unconfirmed &= ~lastWords;
        if (!entry.IsLocal && confirmed != StreamControlFlags.None)
        {
            _unconfirmed -= confirmed == StreamControlFlags.LastWords ? 2 : 1;
        }
    }

    public bool TryTake(out StreamControl control)
    {
        if (_sessionDirty)
        {
            _sessionDirty = false;
            control = new StreamControl(FrameType.SessionCredit, default, _session.Grant(), ErrorCode.None);
            return true;
        }

        while ((_waiting.First ?? FirstWithheld) is { } entry)
        {
            StreamControlFlags flag = NextFlag(entry);
            if (flag == StreamControlFlags.None)
            {
                _withheld.MoveLast(entry);
                continue;
            }

            Count(entry, flag & StreamControlFlags.LastWords);
            Unmark(entry, flag);
            control = Describe(entry, flag);
            return true;
        }

        control = default;
        return false;
    }

    /// <summary>The first stream that waits to say its last words, once it may.</summary>
    private StreamEntry? FirstWithheld => _unconfirmed < _maxUnconfirmed ? _withheld.First : null;

    /// <summary>What a stream says next; last words that were said before may always be said again.</summary>
    private StreamControlFlags NextFlag(StreamEntry entry)
    {
        StreamControlFlags flags = entry.Dirty;
        if (!entry.IsLocal && _unconfirmed >= _maxUnconfirmed)
        {
            flags &= ~StreamControlFlags.LastWords | entry.Unconfirmed;
        }

        return (StreamControlFlags)((int)flags & -(int)flags);
    }

    private void Count(StreamEntry entry, StreamControlFlags lastWords)
    {
        if (!entry.IsLocal && (lastWords & ~entry.Unconfirmed) != 0)
        {
            _unconfirmed++;
            entry.Unconfirmed |= lastWords;
        }
    }

    private static StreamControl Describe(StreamEntry entry, StreamControlFlags flag)
    {
        switch (flag)
        {
            case StreamControlFlags.Credit:
                return new StreamControl(FrameType.StreamCredit, entry.Id, entry.Receive!.Grant(), ErrorCode.None);

            case StreamControlFlags.Stop:
                return new StreamControl(FrameType.StreamStop, entry.Id, 0, entry.Receive!.StopCode);

            case StreamControlFlags.Reset:
                return new StreamControl(FrameType.StreamReset, entry.Id, entry.Send!.HighestSent, entry.Send.ResetCode);

            default:
                ReceiveStream receive = entry.Receive!;
                receive.LastAckSent = receive.AckValue;
                return new StreamControl(FrameType.StreamAck, entry.Id, receive.AckValue, ErrorCode.None);
        }
    }
}
