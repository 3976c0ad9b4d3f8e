using System.Runtime.CompilerServices;

namespace Scp.Protocol.Recovery;

/// <summary>
/// Finds the largest datagram that a path carries, in the manner of RFC 8899: by packets of a larger size that carry
/// nothing whose loss would matter, never by messages from routers, which are often dropped and can be forged.
/// <code>
/// Base ──its time──► Searching ──3 losses at one size, or none left──► Complete
///  ▲                     ▲                                               │
///  │                     └──────────────── after 10 minutes ─────────────┤
///  └──────────────── black hole (also while searching) ──────────────────┘
/// </code>
/// Sizes are tried upwards through a short table of those that links really have, one probe at a time: each that gets
/// through is used at once, and the search never asks for much more than the path will carry. Whoever sends probes
/// reports what became of each, and keeps their losses from its congestion control. Sizes are UDP payloads.
/// </summary>
internal sealed class PathMtuSearch
{
    /// <summary>Losses of one size after which the path is held not to carry it.</summary>
    public const int MaxProbeLosses = 3;

    /// <summary>Wait after a lost probe, so that one outage does not take all the tries.</summary>
    public const long ProbeRetryNs = 1_000_000_000;

    /// <summary>Wait before larger sizes are tried again: RFC 8899's timer to raise.</summary>
    public const long RaiseNs = 600_000_000_000;

    /// <summary>Wait in Base after a black hole, for a path that is changing may not have finished.</summary>
    public const long BlackHoleRetryNs = 10_000_000_000;

    private readonly int _limitBytes;
    private readonly BlackHoleDetector _blackHole = new();
    private int _confirmed;
    private int _probeBytes;
    private int _probeLosses;
    private long _nextProbeNs;

    /// <summary>Starts at the base size; the first probe may leave at <paramref name="nowNs"/>.</summary>
    public PathMtuSearch(long nowNs, int limitBytes = ScpLimits.MaxDatagramBytes)
    {
        _limitBytes = limitBytes;
        _nextProbeNs = nowNs;
    }

    public PathMtuState State { get; private set; } = PathMtuState.Base;

    /// <summary>The largest datagram to send now.</summary>
    public int CurrentBytes => Candidates[_confirmed];

    /// <summary>When <see cref="WantsProbe"/> will next be true; <see cref="long.MaxValue"/> while one is under way.</summary>
    public long NextProbeNs => _probeBytes != 0 || NextBytes == 0 ? long.MaxValue : _nextProbeNs;

    /// <summary>
    /// The payload of UDP over IPv6 on: what every path is assumed to carry; tunnels inside tunnels; WireGuard (1420);
    /// a cloud's 1460; Ethernet, and again over IPv4; another cloud's 3900; jumbo frames of 8896 and of 9000.
    /// </summary>
    internal static ReadOnlySpan<int> Candidates =>
        [ScpLimits.BaseDatagramBytes, 1280, 1372, 1412, 1452, 1472, 3852, 8848, ScpLimits.MaxDatagramBytes];

    /// <summary>The size to try next, 0 if there is none.</summary>
    private int NextBytes =>
        _confirmed + 1 < Candidates.Length && Candidates[_confirmed + 1] <= _limitBytes ? Candidates[_confirmed + 1] : 0;

    /// <summary>True if a probe of <paramref name="bytes"/> should leave now; say so with <see cref="OnProbeSent"/>.</summary>
    public bool WantsProbe(long nowNs, out int bytes)
    {
        bytes = 0;
        if (nowNs < NextProbeNs)
        {
            return false;
        }

        State = PathMtuState.Searching;
        bytes = NextBytes;
        return true;
    }

    public void OnProbeSent(int bytes, long nowNs)
    {
        if (_probeBytes != 0 || bytes != NextBytes || nowNs < _nextProbeNs)
        {
            ThrowUnwantedProbe(bytes);
        }

        _probeBytes = bytes;
    }

    /// <summary>The path carries the size. A probe that was given up and arrives after all proves it as well.</summary>
    public void OnProbeAcked(int bytes, long nowNs)
    {
        if (State == PathMtuState.Base || bytes != NextBytes)
        {
            return;
        }

        _confirmed++;
        _probeBytes = 0;
        _probeLosses = 0;
        _nextProbeNs = nowNs;
        State = NextBytes == 0 ? PathMtuState.Complete : PathMtuState.Searching;
    }

    public void OnProbeLost(int bytes, long nowNs)
    {
        if (bytes != _probeBytes)
        {
            return;
        }

        _probeBytes = 0;
        _nextProbeNs = nowNs + ProbeRetryNs;
        if (++_probeLosses == MaxProbeLosses)
        {
            Complete(nowNs);
        }
    }

    /// <summary>
    /// This host itself would not send so large a datagram: the size is past the path's ceiling without any try, and if
    /// it was in use, so is what was found out.
    /// </summary>
    public void OnRefused(int bytes, long nowNs)
    {
        if (bytes > ScpLimits.BaseDatagramBytes && bytes <= CurrentBytes)
        {
            FallBack(nowNs);
        }
        else if (bytes == NextBytes)
        {
            Complete(nowNs);
        }
    }

    /// <summary>A packet that was no probe was acknowledged.</summary>
    public void OnPacketAcked(ulong packetNumber, int bytes)
    {
        if (bytes > ScpLimits.BaseDatagramBytes)
        {
            _blackHole.OnAcked(packetNumber, bytes);
        }
    }

    /// <summary>A packet that was no probe was lost; true if the size to send fell back to the base for it.</summary>
    public bool OnPacketLost(ulong packetNumber, int bytes, long nowNs)
    {
        // What is larger than the current size was sent before a fall-back, and is already accounted for.
        if (bytes <= ScpLimits.BaseDatagramBytes || bytes > CurrentBytes || !_blackHole.OnLost(packetNumber, bytes, nowNs))
        {
            return false;
        }

        FallBack(nowNs);
        return true;
    }

    /// <summary>The peer has another address, so this is another path.</summary>
    public void Restart(long nowNs)
    {
        FallBack(nowNs);
        _nextProbeNs = nowNs;
    }

    private void Complete(long nowNs)
    {
        State = PathMtuState.Complete;
        _probeBytes = 0;
        _probeLosses = 0;
        _nextProbeNs = nowNs + RaiseNs;
    }

    private void FallBack(long nowNs)
    {
        State = PathMtuState.Base;
        _confirmed = 0;
        _probeBytes = 0;
        _probeLosses = 0;
        _nextProbeNs = nowNs + BlackHoleRetryNs;
        _blackHole.Clear();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowUnwantedProbe(int bytes) =>
        throw new InvalidOperationException($"A probe of {bytes} bytes was sent that nobody asked for.");
}
