namespace Histories.Linearizability;

/// <summary>
/// The calls that are not placed yet: the certain ones as a list by start, from which a call is taken and put back in
/// constant time as long as the last taken is the first put back; the uncertain ones as a set of those spent.
/// </summary>
internal sealed class OpenCalls
{
    private const int None = -1;

    private readonly Windows _windows;
    private readonly int[] _rank;
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int[] _uncertain;
    private readonly int[] _twins;
    private readonly List<int> _ceilings = [0];

    /// <param name="twinOf">For an uncertain call a number that it shares with those which do the same.</param>
    public OpenCalls(Windows windows, Func<int, int> twinOf)
    {
        _windows = windows;
        int count = windows.StartNs.Length;
        int[] byStart = [.. Enumerable.Range(0, count).OrderBy(i => windows.StartNs[i])];
        int[] certain = [.. byStart.Where(i => windows.IsCertain[i])];
        _uncertain = [.. byStart.Where(i => !windows.IsCertain[i])];
        _rank = new int[count];
        _next = new int[count];
        _previous = new int[count];
        for (int rank = 0; rank < certain.Length; rank++)
        {
            _rank[certain[rank]] = rank;
            _previous[certain[rank]] = rank == 0 ? None : certain[rank - 1];
            _next[certain[rank]] = rank + 1 == certain.Length ? None : certain[rank + 1];
        }

        for (int rank = 0; rank < _uncertain.Length; rank++)
        {
            _rank[_uncertain[rank]] = rank;
        }

        _twins = EarlierTwins(_uncertain, twinOf);
        First = certain.Length == 0 ? None : certain[0];
        CertainLeft = certain.Length;
        SpentWords = new ulong[(_uncertain.Length + 63) / 64];
    }

    /// <summary>The open certain call that starts first; negative if there is none.</summary>
    public int First { get; private set; }

    public int CertainLeft { get; private set; }

    /// <summary>A bit for each uncertain call, by start: whether it is placed.</summary>
    public ulong[] SpentWords { get; }

    public int After(int call) => _next[call];

    public void Place(int call)
    {
        if (!_windows.IsCertain[call])
        {
            SpentWords[_rank[call] / 64] |= 1UL << (_rank[call] % 64);
            return;
        }

        SetNext(_previous[call], _next[call]);
        SetPrevious(_next[call], _previous[call]);
        CertainLeft--;
        _ceilings.Add(Math.Max(_ceilings[^1], _rank[call] + 1));
    }

    public void Unplace(int call)
    {
        if (!_windows.IsCertain[call])
        {
            SpentWords[_rank[call] / 64] &= ~(1UL << (_rank[call] % 64));
            return;
        }

        SetNext(_previous[call], call);
        SetPrevious(_next[call], call);
        CertainLeft++;
        _ceilings.RemoveAt(_ceilings.Count - 1);
    }

    /// <summary>
    /// Appends which certain calls are placed, in few numbers: all below a rank, but for those listed. They are few, as no
    /// call is placed past one that had to come before it.
    /// </summary>
    public void DescribePlaced(List<int> target)
    {
        int ceiling = _ceilings[^1];
        target.Add(ceiling);
        for (int call = First; call >= 0 && _rank[call] < ceiling; call = _next[call])
        {
            target.Add(_rank[call]);
        }
    }

    /// <summary>
    /// Appends the calls that can have come before the most urgent one, and that one: the certain ones by their ends, so
    /// that it is the first, and after them the uncertain ones.
    /// </summary>
    public void ListDue(List<int> target)
    {
        int from = target.Count;
        long urgentNs = long.MaxValue;
        for (int call = First; call >= 0 && _windows.StartNs[call] <= urgentNs; call = _next[call])
        {
            urgentNs = Math.Min(urgentNs, _windows.EndNs[call]);
            InsertByEnd(target, from, call);
        }

        for (int rank = 0; rank < _uncertain.Length && _windows.StartNs[_uncertain[rank]] <= urgentNs; rank++)
        {
            // Of those that do the same the one that started first will do: whenever another could be used, it can.
            if (!IsSpent(rank) && (_twins[rank] == None || IsSpent(_twins[rank])))
            {
                target.Add(_uncertain[rank]);
            }
        }
    }

    private bool IsSpent(int rank) => (SpentWords[rank / 64] & (1UL << (rank % 64))) != 0;

    /// <summary>For each rank the next lower one whose call does the same.</summary>
    private static int[] EarlierTwins(int[] uncertain, Func<int, int> twinOf)
    {
        int[] twins = new int[uncertain.Length];
        Dictionary<int, int> last = [];
        for (int rank = 0; rank < uncertain.Length; rank++)
        {
            int twin = twinOf(uncertain[rank]);
            twins[rank] = last.GetValueOrDefault(twin, None);
            last[twin] = rank;
        }

        return twins;
    }

    private void InsertByEnd(List<int> target, int from, int call)
    {
        int at = target.Count;
        target.Add(call);
        for (; at > from && _windows.EndNs[target[at - 1]] > _windows.EndNs[call]; at--)
        {
            target[at] = target[at - 1];
        }

        target[at] = call;
    }

    private void SetNext(int call, int next)
    {
        if (call >= 0)
        {
            _next[call] = next;
        }
        else
        {
            First = next;
        }
    }

    private void SetPrevious(int call, int previous)
    {
        if (call >= 0)
        {
            _previous[call] = previous;
        }
    }
}
