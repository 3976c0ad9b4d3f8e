namespace Scp.Protocol.Redundancy;

/// <summary>
/// How long outages last: the 90th percentile of the last runs of consecutive losses, in time, from 0 to 500 ms. While few
/// are known, what fewer than four of them reached counts for nothing: where one packet in thirty is lost by itself, so is
/// one in thirty of those that follow a loss, and a path taken for bursty waits longer for its parity.
/// <para>
/// Outcomes come in packet-number order. A run of losses lasted at least from its first packet to its last, and less
/// than the time between the packets around it that arrived. It is taken as the middle of the two, but at most twice
/// the former, which a lone loss makes 0: losses that come one by one are not bursts, however far apart packets are.
/// </para>
/// <para>
/// On a thin stream most outages fall between two packets and look like lone losses. A run that could have lasted as
/// long as the estimate, but need not have, says nothing against it: it is recorded as the estimate less a sixteenth, so
/// that an old belief fades over a few hundred losses and not at once.
/// </para>
/// </summary>
internal sealed class BurstEstimator
{
    private const int Percentile = 90;
    private const int FadeShift = 4;

    private readonly long[] _runsNs = new long[RedundancyLimits.BurstRuns];
    private int _recorded;
    private int _losses;
    private long _firstLossAtNs;
    private long _lastLossAtNs;
    private long _arrivalBeforeAtNs;
    private bool _hasArrival;

    /// <summary>The length that nine of ten outages stay within; 0 while losses come one by one.</summary>
    public long BurstNs { get; private set; }

    /// <summary>Begins anew, as when the session has moved to another path.</summary>
    public void Reset()
    {
        _recorded = 0;
        _losses = 0;
        _hasArrival = false;
        BurstNs = 0;
    }

    /// <summary>One settled packet; packet numbers rise from call to call.</summary>
    public void OnOutcome(long sentAtNs, bool isLost)
    {
        if (isLost)
        {
            if (_losses > 0 && sentAtNs - _lastLossAtNs > RedundancyLimits.MaxBurstNs)
            {
                EndRun(sentAtNs);
            }

            _firstLossAtNs = _losses == 0 ? sentAtNs : _firstLossAtNs;
            _lastLossAtNs = sentAtNs;
            _losses++;
            return;
        }

        if (_losses > 0)
        {
            EndRun(sentAtNs);
        }

        _arrivalBeforeAtNs = sentAtNs;
        _hasArrival = true;
    }

    private void EndRun(long nextAtNs)
    {
        long atLeastNs = _lastLossAtNs - _firstLossAtNs;
        // With nothing before the run, the gap before it is taken to be the one after it.
        long beforeAtNs = _hasArrival ? _arrivalBeforeAtNs : _firstLossAtNs - (nextAtNs - _lastLossAtNs);
        long lessThanNs = nextAtNs - beforeAtNs;
        long likelyNs = Math.Min(2 * atLeastNs, atLeastNs + ((lessThanNs - atLeastNs) / 2));
        if (likelyNs < BurstNs && lessThanNs > BurstNs)
        {
            likelyNs = Math.Max(likelyNs, BurstNs - (BurstNs >> FadeShift));
        }

        _runsNs[_recorded % _runsNs.Length] = Math.Min(likelyNs, RedundancyLimits.MaxBurstNs);
        _recorded = _recorded + 1 == 2 * _runsNs.Length ? _runsNs.Length : _recorded + 1;
        _losses = 0;
        BurstNs = FindPercentile();
    }

    private long FindPercentile()
    {
        int count = Math.Min(_recorded, _runsNs.Length);
        if (count < RedundancyLimits.MinBurstRuns)
        {
            return 0;
        }

        Span<long> sorted = stackalloc long[RedundancyLimits.BurstRuns];
        sorted = sorted[..count];
        _runsNs.AsSpan(0, count).CopyTo(sorted);
        sorted.Sort();
        int rank = ((count * Percentile) + 99) / 100;
        return sorted[Math.Min(rank, count - RedundancyLimits.MinLikeRuns + 1) - 1];
    }
}
