namespace Histories.Linearizability;

/// <summary>
/// What calls that are not placed yet still need and still offer. A fact that somebody has yet to prove and nobody can
/// make again must not end: a search that let it end would be lost, and would notice only much later.
/// </summary>
internal sealed class Ledger<TState, TCall>
    where TState : notnull, IEquatable<TState>
    where TCall : notnull
{
    private readonly IModel<TState, TCall> _model;
    private readonly FactTable _facts;
    private readonly int[] _needed;
    private readonly int[] _offered;

    public Ledger(IModel<TState, TCall> model, FactTable facts)
    {
        _model = model;
        _facts = facts;
        _needed = new int[facts.Count];
        _offered = new int[facts.Count];
        for (int fact = 0; fact < facts.Count; fact++)
        {
            _needed[fact] = facts.Observers(fact).Count;
            _offered[fact] = facts.Producers(fact).Count;
        }
    }

    public void Place(int call) => Count(call, -1);

    public void Unplace(int call) => Count(call, 1);

    /// <summary>A fact that the call would end though it is still needed for good; null if there is none.</summary>
    public Fact? FindLost(int call, TState before, TState after)
    {
        foreach (int made in _facts.Makes[call])
        {
            int slot = _facts[made].Slot;
            var ended = new Fact(slot, _model.ValueIn(before, slot));
            int id = _facts.Find(ended);
            if (id < 0 || _needed[id] == 0 || _offered[id] > 0 || _model.ValueIn(after, slot) == ended.Value)
            {
                continue;
            }

            // The call may be the last one that needs it.
            if (_needed[id] > 1 || !_facts.Proves[call].Contains(id))
            {
                return ended;
            }
        }

        return null;
    }

    private void Count(int call, int change)
    {
        foreach (int fact in _facts.Proves[call])
        {
            _needed[fact] += change;
        }

        foreach (int fact in _facts.Makes[call])
        {
            _offered[fact] += change;
        }
    }
}
