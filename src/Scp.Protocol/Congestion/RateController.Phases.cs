namespace Scp.Protocol.Congestion;

/// <summary>The phases: what ends each and what comes next.</summary>
internal sealed partial class RateController
{
    private const int StartupGrowthPermille = 1250;
    private const int StartupPlateauRounds = 3;
    private const int StartupQueuedPlateauRounds = 2;

    // Rarely enough to cost little queue, out of step with other sessions, and rarer still where probes overflow.
    private const int CruiseMinRounds = 5;
    private const int CruiseSpreadRounds = 4;
    private const int CruiseStretch = 4;

    // After yielding, others go first.
    private const int CruiseRoundsAfterYield = 4;

    // A probe of 1.25 that delivered more than this found room.
    private const int ProbeWonPermille = 1150;

    private const int StandingRoundsToDrain = 2;
    private const long MinBeatNs = 5_000_000;

    // Below this fraction of the estimate the path itself has become slower, not the company larger.
    private const int GrossPermille = 600;

    private const int DrainMeasureRounds = 2;
    private const int ProbeRttRounds = 2;
    private const long ProbeRttNs = 200_000_000;

    private const int StrikesToCompete = 2;
    private const int CalmRoundsToLeave = 3;

    // Seven tenths down and half a datagram up a round trip balance one half down and one datagram up.
    private const int CompeteCutPermille = 700;
    private const int CompeteGrowthPermille = 500;

    // However much is lost, one judgement takes at most half.
    private const int DeepestCutPermille = 500;

    private CongestionPhase _phase;
    private Round _round;
    private Round _beat;

    // Startup: the best rate so far, and for how many rounds it has hardly grown.
    private long _plateauRate;
    private int _plateauRounds;

    private int _cruiseRoundsLeft;
    private int _probesWon;
    private long _probeStartedAtNs;
    private long _probeStartRate;
    private long _probeLostBytes;

    // The queue above the floor: for how many rounds it has stood, what was delivered meanwhile, and how high it was.
    private int _standingRounds;
    private long _standingRate;
    private long _queueNs;

    // Drain and ProbeRtt: why, whether the window has been reached, and what was measured since.
    private bool _isAfterCut;
    private bool _isSettled;
    private int _settledRounds;
    private long _settledAtNs;
    private long _settledMinRttNs;

    // Compete: how often the queue stayed although ours was gone, the share held, and whether to go on with it.
    private int _strikes;
    private int _calmRounds;
    private long _shareBytes;
    private bool _keepsShare;

    // The last answer to loss, in case the loss was none.
    private long _cutExcessBytes;
    private long _rateBeforeCut;
    private long _shareBeforeCut;

    private void OnRoundEnd(long nowNs)
    {
        long delivered = _sampler.DeliveredBytes;
        long rate = _round.RateAt(nowNs, delivered);
        NoteQueue(rate);
        if (!_round.SawAppLimit)
        {
            _rates.Advance();
        }

        // While the queue of a rate just given up drains, its losses are still coming in.
        bool isJudged = !(_phase == CongestionPhase.Drain && _isAfterCut) && _phase != CongestionPhase.ProbeRtt
            && _loss.OnRoundEnd(_round.DeliveredIn(delivered), _datagramBytes, nowNs);
        if (isJudged && _loss.IsExcessive)
        {
            BackOff();
            return;
        }

        switch (_phase)
        {
            case CongestionPhase.Startup when !_round.SawAppLimit:
                JudgeStartup();
                break;
            case CongestionPhase.Cruise when !_round.SawAppLimit:
                JudgeCruise(nowNs);
                break;
            case CongestionPhase.Compete:
                JudgeCompete(rate);
                break;
            case CongestionPhase.Drain when _isSettled:
                JudgeDrain(nowNs);
                break;
            case CongestionPhase.ProbeRtt when _isSettled:
                _settledRounds++;
                break;
        }
    }

    /// <summary>Ends what need not wait for the end of a round.</summary>
    private void OnProgress(long nowNs, long bytesInFlight)
    {
        switch (_phase)
        {
            case CongestionPhase.Drain or CongestionPhase.ProbeRtt when !_isSettled:
                if (bytesInFlight <= SettledWindowBytes)
                {
                    Settle(nowNs);
                }

                break;
            case CongestionPhase.ProbeRtt when _settledRounds >= ProbeRttRounds && nowNs - _settledAtNs >= ProbeRttNs:
                LeaveProbeRtt(nowNs);
                break;
            case CongestionPhase.ProbeUp when nowNs - _probeStartedAtNs >= _floor.Ns:
                EnterDrain(isAfterCut: false);
                break;
            case CongestionPhase.Cruise or CongestionPhase.Compete when _floor.IsStale(nowNs):
                RenewFloor(nowNs);
                break;
        }

        if (_beat.LengthNs(nowNs) >= Math.Max(_floor.Ns, MinBeatNs))
        {
            JudgeBeat(nowNs);
            _beat.Start(nowNs, _sampler.DeliveredBytes);
        }
    }

    private void NoteQueue(long rate)
    {
        if (!_round.HasRtt)
        {
            return;
        }

        long queueNs = _round.MinRttNs - _floor.Ns;
        if (queueNs > _floor.MarginNs)
        {
            _standingRate = _standingRounds == 0 ? rate : Math.Max(_standingRate, rate);
            _standingRounds++;
            _queueNs = queueNs;
            IsRttRising = true;
        }
        else
        {
            _standingRounds = 0;
            IsRttRising &= queueNs > _floor.MarginNs / 2;
        }

        if (_isSettled)
        {
            _settledMinRttNs = Math.Min(_settledMinRttNs, _round.MinRttNs);
        }
    }

    /// <summary>
    /// A round lasts as long as the queue is deep, which is too long to notice that the path became ten times slower. So
    /// once in a floor's time it is asked whether the queue alone is longer than the path.
    /// </summary>
    private void JudgeBeat(long nowNs)
    {
        if (_phase is not (CongestionPhase.Cruise or CongestionPhase.ProbeUp) || _beat.SawAppLimit || !_beat.HasRtt
            || _beat.MinRttNs <= (2 * _floor.Ns) + _floor.MarginNs)
        {
            return;
        }

        IsRttRising = true;
        _queueNs = _beat.MinRttNs - _floor.Ns;
        YieldTo(_beat.RateAt(nowNs, _sampler.DeliveredBytes), _beat.MinRttNs);
    }

    private void JudgeStartup()
    {
        if (_rates.Max >= RateMath.Scale(_plateauRate, StartupGrowthPermille))
        {
            _plateauRate = _rates.Max;
            _plateauRounds = 0;
        }
        else if (++_plateauRounds >= (_standingRounds >= StandingRoundsToDrain ? StartupQueuedPlateauRounds : StartupPlateauRounds))
        {
            EnterDrain(isAfterCut: true);
        }
    }

    private void JudgeCruise(long nowNs)
    {
        if (_standingRounds >= StandingRoundsToDrain)
        {
            YieldTo(_standingRate, _round.MinRttNs);
        }
        else if (--_cruiseRoundsLeft <= 0 && !_loss.IsExcessive)
        {
            EnterProbeUp(nowNs);
        }
    }

    /// <summary>With a queue standing, what arrives is exactly what the path gives us: believe it and drain our part.</summary>
    private void YieldTo(long rate, long rttNs)
    {
        _shareBytes = RateMath.BytesIn(rate, rttNs);
        _rates.Reset(rate);
        EnterDrain(isAfterCut: true);
    }

    private void JudgeDrain(long nowNs)
    {
        // Our own queue would be gone. What is left of it in the measurement is the fraction that others keep up.
        long residual = _settledMinRttNs - _floor.Ns;
        bool remains = residual > Math.Max(_queueNs, _floor.MarginNs) / 3 && !_round.SawAppLimit;
        if (remains && ++_settledRounds < DrainMeasureRounds)
        {
            return;
        }

        bool won = !remains && _probeStartRate != 0 && _rates.Max > RateMath.Scale(_probeStartRate, ProbeWonPermille);
        _probesWon = won ? _probesWon + 1 : 0;
        _strikes = remains ? _strikes + 1 : 0;
        if (_isAfterCut)
        {
            _loss.Restart(nowNs);
        }

        if (remains && (_keepsShare || _strikes >= StrikesToCompete))
        {
            EnterCompete();
            if (residual > _queueNs - (_queueNs / 10))
            {
                // Our part being gone made no difference: it may be the floor that has moved.
                EnterProbeRtt();
            }

            return;
        }

        if (remains && !_isAfterCut && RateMath.Scale(_rates.Max, GrossPermille) > _standingRate)
        {
            // The estimate was to leave no queue and left one: it is far above what the path gives us now.
            _rates.Reset(_standingRate);
        }

        EnterCruise();
        if (!_isAfterCut)
        {
            _cruiseRoundsLeft = won ? 1 : NextCruiseRounds() * (ProbeOverflowed() ? CruiseStretch : 1);
        }
    }

    private void JudgeCompete(long rate)
    {
        if (_standingRounds == 0 || _round.SawAppLimit)
        {
            if (++_calmRounds >= CalmRoundsToLeave)
            {
                EnterCruise();
            }

            return;
        }

        _calmRounds = 0;
        if (_round.LostBytes > 0)
        {
            RememberCut(_round.LostBytes);
            _shareBytes = RateMath.Scale(_shareBytes, CompeteCutPermille);
            _rates.Reset(rate);
            EnterDrain(isAfterCut: true, keepsShare: true);
        }
        else if (!_round.SawAppLimit)
        {
            _shareBytes += RateMath.Scale(_datagramBytes, CompeteGrowthPermille);
        }
    }

    /// <summary>Answers excessive loss, but not below what may be sent to a path nothing is known of.</summary>
    private void BackOff()
    {
        RememberCut(_loss.ExcessBytes);
        int keepPermille = Math.Max(DeepestCutPermille, 1000 - _loss.Permille);
        long rate = Math.Max(RateMath.Scale(_rates.Max, keepPermille), Math.Min(InitialRate, _rates.Max));
        if (_standingRounds > 0)
        {
            rate = Math.Min(rate, _standingRate);
        }

        _shareBytes = RateMath.Scale(_shareBytes, keepPermille);
        _rates.Reset(rate);
        EnterDrain(isAfterCut: true, keepsShare: _phase == CongestionPhase.Compete);
    }

    private void RememberCut(long excessBytes)
    {
        _cutExcessBytes = excessBytes;
        _rateBeforeCut = _rates.Max;
        _shareBeforeCut = _shareBytes;
    }

    private void UndoCutIfSpurious(int bytes)
    {
        if (_cutExcessBytes <= 0)
        {
            return;
        }

        _cutExcessBytes -= bytes;
        if (_cutExcessBytes <= 0)
        {
            _rates.Update(_rateBeforeCut);
            _shareBytes = Math.Max(_shareBytes, _shareBeforeCut);
        }
    }

    private void Settle(long nowNs)
    {
        _isSettled = true;
        _settledAtNs = nowNs;
        _settledRounds = 0;
        _settledMinRttNs = long.MaxValue;
        _sampler.StartRound();
        _round.Start(nowNs, _sampler.DeliveredBytes);
    }

    /// <summary>Who sends less than the path takes has no queue of his own, and need not send less still to see the floor.</summary>
    private void RenewFloor(long nowNs)
    {
        if (_beat.SawAppLimit && _beat.HasRtt)
        {
            _floor.Replace(_beat.MinRttNs, nowNs);
        }
        else
        {
            EnterProbeRtt();
        }
    }

    private void EnterStartup()
    {
        _phase = CongestionPhase.Startup;
        _plateauRate = 0;
        _plateauRounds = 0;
        _cruiseRoundsLeft = NextCruiseRounds();
        _probesWon = 0;
        _probeStartRate = 0;
        _standingRounds = 0;
        _strikes = 0;
        _shareBytes = 0;
        _cutExcessBytes = 0;
        _isSettled = false;
        IsRttRising = false;
    }

    /// <summary>
    /// Goes on with the rounds left before the next probe: a session that began to count anew each time it yields to the
    /// probes of others would never probe again.
    /// </summary>
    private void EnterCruise()
    {
        _phase = CongestionPhase.Cruise;
        _isSettled = false;
        _cruiseRoundsLeft = Math.Max(_cruiseRoundsLeft, CruiseRoundsAfterYield);
    }

    /// <summary>Did the probe lose clearly more than the path loses anyway?</summary>
    private bool ProbeOverflowed()
    {
        long fill = RateMath.BytesIn(_rates.Max, _floor.Ns);
        return _probeLostBytes > (fill / 20) + RateMath.Scale(4 * fill, _loss.Permille);
    }

    private int NextCruiseRounds() => CruiseMinRounds + (int)((NextRandom() >> 8) % CruiseSpreadRounds);

    private void EnterProbeUp(long nowNs)
    {
        _phase = CongestionPhase.ProbeUp;
        _probeStartedAtNs = nowNs;
        _probeStartRate = _rates.Max;
        _probeLostBytes = 0;
    }

    private void EnterDrain(bool isAfterCut, bool keepsShare = false)
    {
        if (isAfterCut)
        {
            _probeStartRate = 0;
        }

        _phase = CongestionPhase.Drain;
        _isAfterCut = isAfterCut;
        _keepsShare = keepsShare;
        _isSettled = false;
        _settledRounds = 0;
    }

    private void EnterCompete()
    {
        _shareBytes = Math.Max(_shareBytes, SettledWindowBytes);
        _phase = CongestionPhase.Compete;
        _isSettled = false;
        _strikes = 0;
        _calmRounds = 0;
    }

    private void EnterProbeRtt()
    {
        _keepsShare = _phase == CongestionPhase.Compete;
        _phase = CongestionPhase.ProbeRtt;
        _isSettled = false;
        _settledRounds = 0;
    }

    private void LeaveProbeRtt(long nowNs)
    {
        if (_settledMinRttNs != long.MaxValue)
        {
            _floor.Replace(_settledMinRttNs, nowNs);
        }

        if (_keepsShare)
        {
            EnterCompete();
        }
        else
        {
            EnterCruise();
        }
    }
}
