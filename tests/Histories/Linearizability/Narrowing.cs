namespace Histories.Linearizability;

/// <summary>
/// Narrows the windows of calls by what must hold in every order, until nothing changes or a window is empty, which
/// proves that there is no order. Two rules, both on facts with a single maker (most workloads write unique values):
/// a fact is made before it is proven, so an uncertain call whose fact was proven did take effect; and the lives of two
/// facts of a slot, each from its making to its last proof, do not overlap, so that if one order of them is impossible
/// the other holds. On such histories little is left to search. All rules are on moments and none is strict: calls may
/// share an instant.
/// </summary>
internal sealed class Narrowing
{
    /// <summary>Stopping early is sound: the windows are only wider than they could be.</summary>
    private const int MaxPasses = 64;

    private const int Beginning = -1;

    private readonly Windows _windows;
    private readonly FactTable _facts;
    private readonly List<Life[]> _slots = [];
    private readonly int[] _startBecause;
    private readonly int[] _endBecause;
    private bool _changed;

    private Narrowing(Windows windows, FactTable facts)
    {
        _windows = windows;
        _facts = facts;
        _startBecause = [.. Enumerable.Range(0, windows.StartNs.Length)];
        _endBecause = [.. _startBecause];
    }

    /// <summary>Narrows in place; returns a certain call that has no moment left, or null.</summary>
    public static Contradiction? Narrow(Windows windows, FactTable facts)
    {
        var narrowing = new Narrowing(windows, facts);
        narrowing.MakeSeenCallsCertain();
        narrowing.CollectLives();
        Contradiction? impossible = narrowing.FindImpossible();
        for (int pass = 0; pass < MaxPasses && impossible is null; pass++)
        {
            narrowing._changed = false;
            foreach (Life[] lives in narrowing._slots)
            {
                narrowing.NarrowSlot(lives);
            }

            impossible = narrowing.FindImpossible();
            if (!narrowing._changed)
            {
                break;
            }
        }

        return impossible;
    }

    private void MakeSeenCallsCertain()
    {
        for (int fact = 0; fact < _facts.Count; fact++)
        {
            if (HasOneMaker(fact) && _facts.Producers(fact).Count == 1 && _facts.Observers(fact).Any(o => o != _facts.Producers(fact)[0]))
            {
                _windows.IsCertain[_facts.Producers(fact)[0]] = true;
            }
        }
    }

    /// <summary>Whether the fact begins once at most: it held from the beginning or one call makes it, not both.</summary>
    private bool HasOneMaker(int fact) => _facts.Producers(fact).Count + (_facts.IsInitial(fact) ? 1 : 0) == 1;

    /// <summary>
    /// For each slot the lives of its facts: of a fact with one maker the maker and all that prove it, of another each of
    /// its certain makers alone.
    /// </summary>
    private void CollectLives()
    {
        SortedDictionary<int, List<Life>> bySlot = [];
        for (int fact = 0; fact < _facts.Count; fact++)
        {
            int slot = _facts[fact].Slot;
            List<Life> lives = bySlot.TryGetValue(slot, out List<Life>? found) ? found : bySlot[slot] = [];
            if (HasOneMaker(fact))
            {
                int maker = _facts.IsInitial(fact) ? Beginning : _facts.Producers(fact)[0];
                if (maker == Beginning || _windows.IsCertain[maker])
                {
                    lives.Add(new Life(maker, [.. _facts.Observers(fact).Where(o => o != maker)]));
                }
            }
            else
            {
                lives.AddRange(_facts.Producers(fact).Where(p => _windows.IsCertain[p]).Select(p => new Life(p, [])));
            }
        }

        _slots.AddRange(bySlot.Values.Select(lives => lives.ToArray()));
    }

    private void NarrowSlot(Life[] lives)
    {
        foreach (Life life in lives)
        {
            MakeBeforeProof(life);
        }

        Array.Sort(lives, (a, b) => a.FirstStartNs.CompareTo(b.FirstStartNs));
        for (int i = 0; i < lives.Length; i++)
        {
            // Past this the two lie apart in the right order already.
            for (int j = i + 1; j < lives.Length && lives[j].FirstStartNs < lives[i].LastEndNs; j++)
            {
                Separate(lives[i], lives[j]);
            }
        }
    }

    private void MakeBeforeProof(Life life)
    {
        long makerStartNs = StartOf(life.Maker);
        life.FirstStartNs = makerStartNs;
        life.LastStartNs = makerStartNs;
        life.LastStarter = life.Maker;
        life.LastEndNs = EndOf(life.Maker);
        foreach (int observer in life.Observers)
        {
            EndBy(life.Maker, _windows.EndNs[observer], observer);
            StartFrom(observer, makerStartNs, life.Maker);
            life.LastEndNs = Math.Max(life.LastEndNs, _windows.EndNs[observer]);
            if (_windows.StartNs[observer] > life.LastStartNs)
            {
                life.LastStartNs = _windows.StartNs[observer];
                life.LastStarter = observer;
            }
        }
    }

    private void Separate(Life a, Life b)
    {
        if (a.Observers.Length == 0 && b.Observers.Length == 0)
        {
            return;
        }

        if (a.LastStartNs > EndOf(b.Maker))
        {
            Order(b, a);
        }

        if (b.LastStartNs > EndOf(a.Maker))
        {
            Order(a, b);
        }
    }

    /// <summary>All of one life comes before the other's making. If both orders are demanded, a window ends up empty.</summary>
    private void Order(Life first, Life second)
    {
        long endNs = EndOf(second.Maker);
        int because = second.Maker == Beginning ? second.LastStarter : second.Maker;
        EndBy(first.Maker, endNs, because);
        foreach (int observer in first.Observers)
        {
            EndBy(observer, endNs, because);
        }

        StartFrom(second.Maker, first.LastStartNs, first.LastStarter);
    }

    private long StartOf(int call) => call == Beginning ? long.MinValue : _windows.StartNs[call];

    private long EndOf(int call) => call == Beginning ? long.MinValue : _windows.EndNs[call];

    private void EndBy(int call, long ns, int because)
    {
        if (call != Beginning && _windows.EndNs[call] > ns)
        {
            _windows.EndNs[call] = ns;
            _endBecause[call] = because;
            _changed = true;
        }
    }

    private void StartFrom(int call, long ns, int because)
    {
        if (call != Beginning && _windows.StartNs[call] < ns)
        {
            _windows.StartNs[call] = ns;
            _startBecause[call] = because;
            _changed = true;
        }
    }

    private Contradiction? FindImpossible()
    {
        for (int i = 0; i < _windows.IsCertain.Length; i++)
        {
            if (_windows.IsCertain[i] && _windows.StartNs[i] > _windows.EndNs[i])
            {
                return new Contradiction(i, _startBecause[i], _endBecause[i]);
            }
        }

        return null;
    }

    /// <summary>A fact's maker and those that prove it; the bounds are as of the pass, which at worst makes a rule weaker.</summary>
    private sealed class Life(int maker, int[] observers)
    {
        public int Maker { get; } = maker;

        public int[] Observers { get; } = observers;

        public long FirstStartNs { get; set; }

        public long LastStartNs { get; set; }

        /// <summary>The call whose start that is.</summary>
        public int LastStarter { get; set; }

        public long LastEndNs { get; set; }
    }
}
