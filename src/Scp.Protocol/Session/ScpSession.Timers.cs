using Scp.Protocol.Recovery;

namespace Scp.Protocol.Session;

/// <summary>What happens because time passes.</summary>
public sealed partial class ScpSession
{
    /// <summary>Does what is due; call it at or after <see cref="PollTimeout"/>, then poll the outputs.</summary>
    public void HandleTimeout(long nowNs)
    {
        if (_state == State.Closed)
        {
            return;
        }

        if (nowNs >= _lastHeardNs + _idleTimeoutNs)
        {
            Close(ErrorCode.IdleTimeout, "nothing was heard from the peer", nowNs);
            return;
        }

        if (_state != State.Up)
        {
            return;
        }

        _outgoing.ExpireDeadlines(nowNs);
        if (nowNs >= _reliability.Loss.LossAtNs)
        {
            _reliability.HandleLost(nowNs);
        }

        if (nowNs >= _reliability.Loss.ProbeAtNs)
        {
            HandleProbeTimer(nowNs);
        }

        if (nowNs >= _lastElicitingSentNs + _options.BeatNs || _protection.NeedsAcknowledgement)
        {
            _pingWanted = true;
        }

        if (nowNs >= _epochDropAtNs)
        {
            _epochDropAtNs = _protection.DropPreviousEpoch() ? long.MaxValue : nowNs + EpochOverlapNs;
        }

        if (nowNs >= _protection.PreviousExpiresNs)
        {
            _protection.DropPrevious(nowNs);
        }
    }

    private void HandleProbeTimer(long nowNs)
    {
        LossDetector loss = _reliability.Loss;
        if (!_reliability.HandleProbeTimer(nowNs))
        {
            _pingWanted = true;
        }

        // A peer that has moved into the lane knows something: one probe in vain is then enough.
        if (loss.ProbeCount < (_peerTunnels ? 1 : DatagramPath.ProbesBeforeBlocked))
        {
            return;
        }

        _reliability.Rate.OnPersistentCongestion(nowNs);
        if (_path.IsOpen && AnyLaneUp)
        {
            _path.Block(nowNs);
            _reliability.GiveUpAll(tunnelled: false, nowNs);
            _events.Add(new SessionEvent { Kind = SessionEventKind.DatagramsBlocked });
        }
    }

    private long NextTimerNs()
    {
        long nextNs = Math.Min(_lastHeardNs + _idleTimeoutNs, _outgoing.NextDeadlineNs);
        nextNs = Math.Min(nextNs, Math.Min(_reliability.Loss.LossAtNs, _reliability.Loss.ProbeAtNs));
        nextNs = Math.Min(nextNs, Math.Min(_path.ProbeAtNs, _path.ChallengeAtNs));
        nextNs = Math.Min(nextNs, Math.Min(_epochDropAtNs, _protection.PreviousExpiresNs));
        if (UseDatagrams || AnyLaneUp)
        {
            nextNs = Math.Min(nextNs, Math.Min(_acks.DueAtNs, _paceAtNs));
            nextNs = Math.Min(nextNs, _pingWanted ? long.MaxValue : _lastElicitingSentNs + _options.BeatNs);
            nextNs = Math.Min(nextNs, Math.Min(_redundancy.NextCopyAtNs, UseDatagrams ? _redundancy.ParityAtNs : long.MaxValue));
        }

        return _path.IsOpen ? Math.Min(nextNs, _mtu.NextProbeNs) : nextNs;
    }
}
