namespace Scp.Protocol.Congestion;

/// <summary>What each phase lets go: the window, the pace and what small traffic may take ahead of it.</summary>
internal sealed partial class RateController
{
    // 4 ln 2: the gain at which the rate doubles every round although the estimate trails the sending by one.
    private const int StartupPacingPermille = 2770;
    private const int WindowPermille = 2000;

    // A hundredth below the estimate, so that an estimate a trifle too high does not build a queue.
    private const int CruisePacingPermille = 990;

    // The window binds in Compete; the pace only keeps it from going out at once.
    private const int CompetePacingPermille = 1150;

    // A probe that found all it asked for is followed by a bolder one.
    private const int ProbeUpPermille = 1250;
    private const int BolderProbeUpPermille = 1500;
    private const int BoldestProbeUpPermille = 2000;
    private const int MinProbeDatagrams = 2;

    // A twentieth below what fills the path, so that even a slightly high estimate leaves the queue empty.
    private const int DrainWindowPermille = 950;
    private const int ProbeRttWindowPermille = 500;

    // Enough to sit out a late timer without losing throughput, and no more: on a slow path a few datagrams are a queue.
    private const long BurstNs = 2_000_000;
    private const int MinBurstDatagrams = 3;
    private const long MinPacingRate = 1000;

    private const int FreeShare = 10;
    private const int MinFreeDatagrams = 2;

    /// <summary>What may be in flight while our queue is to be empty.</summary>
    private long SettledWindowBytes
    {
        get
        {
            int permille = _phase == CongestionPhase.ProbeRtt ? ProbeRttWindowPermille : DrainWindowPermille;
            long window = RateMath.Scale(RateMath.BytesIn(EstimatedRateBytesPerSecond, _floor.Ns), permille);
            return Math.Max(window, MinWindowBytes);
        }
    }

    private int ProbeGainPermille => _probesWon switch
    {
        0 => ProbeUpPermille,
        1 => BolderProbeUpPermille,
        _ => BoldestProbeUpPermille,
    };

    /// <summary>A quarter of next to nothing would leave a session that fell far behind where it is.</summary>
    private long MinProbeRate => RateMath.RateOf(MinProbeDatagrams * _datagramBytes, _floor.Ns);

    private void UpdateTargets()
    {
        long rate = EstimatedRateBytesPerSecond;
        WindowBytes = _phase switch
        {
            CongestionPhase.Startup => Math.Max(RoomyWindow(rate), InitialWindowBytes),
            CongestionPhase.Cruise or CongestionPhase.ProbeUp => RoomyWindow(rate),
            CongestionPhase.Compete => Math.Max(_shareBytes, MinWindowBytes),
            _ => SettledWindowBytes,
        };
        long pace = _phase switch
        {
            CongestionPhase.Startup => RateMath.Scale(rate, StartupPacingPermille),
            CongestionPhase.Cruise => RateMath.Scale(rate, CruisePacingPermille),
            CongestionPhase.ProbeUp => Math.Max(RateMath.Scale(rate, ProbeGainPermille), rate + MinProbeRate),
            CongestionPhase.Compete => RateMath.Scale(RateMath.RateOf(_shareBytes, _smoothedRttNs), CompetePacingPermille),
            _ => rate,
        };
        SetPace(Math.Max(pace, MinPacingRate), rate);
    }

    private void SetPace(long pace, long rate)
    {
        PacingRateBytesPerSecond = pace;
        bool isStartup = _phase == CongestionPhase.Startup;
        long minBurst = isStartup ? InitialWindowBytes : MinBurstDatagrams * _datagramBytes;
        _pacer.SetRate(pace, Math.Max(minBurst, RateMath.BytesIn(pace, BurstNs)));
        long freeCap = isStartup
            ? InitialWindowBytes
            : Math.Clamp(RateMath.BytesIn(rate, _floor.Ns) / FreeShare, MinFreeDatagrams * _datagramBytes, InitialWindowBytes);
        _pacer.SetFree(rate / FreeShare, freeCap);
    }

    /// <summary>
    /// Twice what fills the path, so that the pace and not the window governs, and what arrives while an acknowledgement
    /// waits for a packet to ride on.
    /// </summary>
    private long RoomyWindow(long rate)
    {
        long fill = RateMath.BytesIn(rate, _floor.Ns);
        long late = RateMath.BytesIn(rate, ScpLimits.MaxAckDelayNs) + (2 * _datagramBytes);
        return Math.Max(RateMath.Scale(fill, WindowPermille) + late, MinWindowBytes);
    }
}
