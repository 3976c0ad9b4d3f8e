namespace Wan.Forwarding;

/// <summary>
/// How long a packet may have waited in a device before it was read. Devices do not say when a packet came in, so this is the
/// worst case: it came right after the device was last seen empty, or, when the thread slept since, as soon as the thread was
/// woken and had to wait for a processor. Pure; times come in.
/// </summary>
internal sealed class IntakeMeter
{
    private readonly long[] _sinceNs;
    private readonly bool[] _drained;

    public IntakeMeter(int devices, long nowNs)
    {
        _sinceNs = new long[devices];
        _drained = new bool[devices];
        Array.Fill(_sinceNs, nowNs);
        Array.Fill(_drained, true);
    }

    /// <summary>The thread slept and is back, of which it spent at most <paramref name="wokenForNs"/> waiting to run.</summary>
    public void OnWoken(long nowNs, long wokenForNs)
    {
        for (int device = 0; device < _sinceNs.Length; device++)
        {
            if (_drained[device])
            {
                _sinceNs[device] = Math.Max(_sinceNs[device], nowNs - wokenForNs);
            }
        }
    }

    public void OnDrained(int device, long nowNs)
    {
        _sinceNs[device] = nowNs;
        _drained[device] = true;
    }

    /// <summary>The device was left with packets in it: whatever is read from it next may be as old as the last drain.</summary>
    public void OnLeft(int device) => _drained[device] = false;

    public long LagNs(int device, long nowNs) => nowNs - _sinceNs[device];
}
