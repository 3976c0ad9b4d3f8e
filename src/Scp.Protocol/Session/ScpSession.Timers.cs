using Scp.Protocol.Recovery;

namespace Scp.Protocol.Session;

/// <summary>What happens because time passes.</summary>
public sealed partial class ScpSession
{
    /// <summary>The least lateness of a timer that is taken for a standstill of this side, unless the idle timeout is short.</summary>
    private const long StandstillNs = 1_000_000_000;
    private const int StandstillPartOfIdle = 8;

    /// <summary>Does what is due; call it at or after <see cref="PollTimeout"/>, then poll the outputs.</summary>
    public void HandleTimeout(long nowNs)
    {
        if (_state == State.Closed)
        {
            HandleLinger(nowNs);
            return;
        }

        ForgiveStandstill(nowNs);
        _outgoing.NowNs = nowNs;
        if (nowNs >= _lastHeardNs + _idleTimeoutNs)
        {
            Close(ErrorCode.IdleTimeout, "nothing was heard from the peer", nowNs);
            return;
        }

        _outgoing.ExpireDeadlines(nowNs);
        CheckLanes(nowNs);
        if (_state != State.Up)
        {
            return;
        }

        _timeoutHandledNs = nowNs;
        if (nowNs >= _reliability.Loss.LossAtNs)
        {
            _reliability.HandleLost(nowNs);
        }

        if (nowNs >= _reliability.Loss.ProbeAtNs)
        {
            HandleProbeTimer(nowNs);
        }

        if (nowNs >= _lastElicitingSentNs + BeatNs || _protection.NeedsAcknowledgement)
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

    /// <summary>
    /// A timer that comes much too late was not late alone: this side did not run, because its process was stopped or its
    /// clock jumped, and could not have heard anything. That time is not the peer's silence.
    /// </summary>
    private void ForgiveStandstill(long nowNs)
    {
        long lateNs = LatenessNs(Math.Max(PollTimeout(), _lastInputNs), nowNs);
        _lastInputNs = nowNs;
        if (lateNs > 0)
        {
            _lastHeardNs += lateNs;
            _liveness.Forgive(nowNs);
        }
    }

    /// <summary>How long this side stood still after something fell due; zero when it merely came a little late.</summary>
    private long LatenessNs(long dueNs, long nowNs)
    {
        long lateNs = nowNs - dueNs;
        return lateNs >= Math.Min(StandstillNs, _idleTimeoutNs / StandstillPartOfIdle) ? lateNs : 0;
    }

    private void HandleProbeTimer(long nowNs)
    {
        LossDetector loss = _reliability.Loss;
        _probesWanted = ProbePackets;
        if (!_reliability.HandleProbeTimer(nowNs))
        {
            _pingWanted = true;
        }

        if (loss.ProbeCount <= 1)
        {
            _probingSinceNs = nowNs;
        }

        // A peer that has moved into the lane knows something: one probe in vain is then enough.
        bool isSilent = loss.ProbeCount >= DatagramPath.ProbesBeforeBlocked && nowNs - _probingSinceNs >= DatagramPath.MinSilenceNs;
        if (!isSilent && !(_peerTunnels && loss.ProbeCount >= 1))
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
        nextNs = Math.Min(nextNs, Math.Min(_epochDropAtNs, _protection.PreviousExpiresNs));
        nextNs = Math.Min(nextNs, NextLaneCheckNs());
        return Math.Min(nextNs, ComingOutputNs());
    }

    /// <summary>
    /// When the next output falls due. One that was due at the last timeout is no timer any more: it goes out with the
    /// poll that follows every input, and where it cannot (a lane that takes nothing, keys that are used up) the same
    /// time again would only make its owner spin.
    /// </summary>
    private long ComingOutputNs()
    {
        long nextNs = Math.Min(Coming(_path.ProbeAtNs), Coming(_path.ChallengeAtNs));
        if (UseDatagrams || AnyLaneUp)
        {
            nextNs = Math.Min(nextNs, Math.Min(Coming(_acks.DueAtNs), Coming(_paceAtNs)));
            nextNs = Math.Min(nextNs, _pingWanted ? long.MaxValue : Coming(_lastElicitingSentNs + BeatNs));
            nextNs = Math.Min(nextNs, Math.Min(Coming(_redundancy.NextCopyAtNs), UseDatagrams ? Coming(_redundancy.ParityAtNs) : long.MaxValue));
        }

        return _path.IsOpen ? Math.Min(nextNs, Coming(_mtu.NextProbeNs)) : nextNs;
    }

    private long Coming(long dueNs) => dueNs > _timeoutHandledNs ? dueNs : long.MaxValue;
}
