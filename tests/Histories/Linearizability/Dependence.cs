namespace Histories.Linearizability;

/// <summary>
/// Which calls have to do with which: those that share a slot. It keeps a search over many keys from trying their
/// interleavings, in two ways that lose no order.
/// <para>
/// Before the most urgent call only due calls can come. Of these, those that share no slot with it, directly or through
/// others of them, can as well come after it.
/// </para>
/// <para>
/// Where the search fails it knows the slots it failed on, the blame: seen on these slots alone, what was placed cannot be
/// continued. A placement that touches none of them is not at fault, and to replace it by another is no use.
/// </para>
/// </summary>
internal sealed class Dependence
{
    private readonly ulong[][] _slots;
    private readonly List<int> _others = [];
    private ulong[] _reached = [];

    private Dependence(ulong[][] slots)
    {
        _slots = slots;
        Words = slots.Length == 0 ? 0 : slots[0].Length;
    }

    /// <summary>Words of a set of slots; none where every call depends on every other.</summary>
    public int Words { get; }

    public static Dependence Of<TState, TCall>(IModel<TState, TCall> model, IReadOnlyList<TimedCall<TCall>> calls)
        where TState : notnull, IEquatable<TState>
        where TCall : notnull
    {
        IReadOnlyList<int>?[] slots = [.. calls.Select(c => model.Slots(c.Call))];
        int count = slots.Contains(null) ? 1 : 1 + slots.SelectMany(s => s!).DefaultIfEmpty(0).Max();
        int words = count == 1 ? 0 : (count + 63) / 64;
        return new Dependence([.. slots.Select(s => SetOf(s, words))]);
    }

    /// <summary>Whether the call touches a slot of the blame.</summary>
    public bool IsToBlame(int call, ulong[] blame) => Words == 0 || Intersects(_slots[call], blame);

    public void Add(ulong[] blame, int call) => Add(blame, _slots[call]);

    public static void Add(ulong[] blame, ulong[] more)
    {
        for (int w = 0; w < blame.Length; w++)
        {
            blame[w] |= more[w];
        }
    }

    /// <summary>
    /// Removes from the due calls those that have nothing to do with the first of them, and adds the slots of the others
    /// to the blame, should none of them lead anywhere.
    /// </summary>
    public void KeepWhatFirstDependsOn(List<int> due, ulong[] blame)
    {
        if (Words == 0 || due.Count == 0)
        {
            return;
        }

        _reached = blame;
        Add(blame, _slots[due[0]]);
        _others.Clear();
        _others.AddRange(due);
        while (_others.RemoveAll(ReachIfShared) > 0)
        {
        }

        if (_others.Count > 0)
        {
            _ = due.RemoveAll(call => !Intersects(_slots[call], _reached));
        }
    }

    private bool ReachIfShared(int call)
    {
        if (!Intersects(_slots[call], _reached))
        {
            return false;
        }

        Add(_reached, _slots[call]);
        return true;
    }

    private static bool Intersects(ulong[] a, ulong[] b)
    {
        for (int w = 0; w < a.Length; w++)
        {
            if ((a[w] & b[w]) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static ulong[] SetOf(IReadOnlyList<int>? slots, int words)
    {
        ulong[] set = new ulong[words];
        foreach (int slot in words == 0 ? [] : slots!)
        {
            set[slot / 64] |= 1UL << (slot % 64);
        }

        return set;
    }
}
