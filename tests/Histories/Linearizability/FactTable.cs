namespace Histories.Linearizability;

/// <summary>Which calls make and which prove each fact. Facts are numbered as they come; calls go by their index.</summary>
internal sealed class FactTable
{
    private readonly Dictionary<Fact, int> _ids = [];
    private readonly List<Fact> _facts = [];
    private readonly List<bool> _initially = [];
    private readonly List<List<int>> _producers = [];
    private readonly List<List<int>> _observers = [];

    private FactTable(int[][] proves, int[][] makes)
    {
        Proves = proves;
        Makes = makes;
    }

    /// <summary>A table for calls of which no facts are known.</summary>
    public static FactTable Without(int calls)
    {
        int[][] none = [.. Enumerable.Repeat(Array.Empty<int>(), calls)];
        return new FactTable(none, none);
    }

    public int Count => _facts.Count;

    /// <summary>Facts that each call proves. Of an uncertain call nothing is proven.</summary>
    public int[][] Proves { get; }

    /// <summary>Facts that each call makes, or may make.</summary>
    public int[][] Makes { get; }

    public static FactTable Of<TState, TCall>(IModel<TState, TCall> model, IReadOnlyList<TimedCall<TCall>> calls)
        where TState : notnull, IEquatable<TState>
        where TCall : notnull
    {
        var table = new FactTable(new int[calls.Count][], new int[calls.Count][]);
        for (int i = 0; i < calls.Count; i++)
        {
            TCall call = calls[i].Call;
            table.Makes[i] = [.. model.Makes(call).Select(fact => table.Add(fact, model))];
            table.Proves[i] = calls[i].IsCertain ? [.. model.Proves(call).Select(fact => table.Add(fact, model))] : [];
            foreach (int fact in table.Makes[i])
            {
                table._producers[fact].Add(i);
            }

            foreach (int fact in table.Proves[i])
            {
                table._observers[fact].Add(i);
            }
        }

        return table;
    }

    /// <summary>The fact's number; -1 if no call makes or proves it.</summary>
    public int Find(Fact fact) => _ids.TryGetValue(fact, out int id) ? id : -1;

    public Fact this[int fact] => _facts[fact];

    /// <summary>Whether the fact holds before every call.</summary>
    public bool IsInitial(int fact) => _initially[fact];

    public IReadOnlyList<int> Producers(int fact) => _producers[fact];

    public IReadOnlyList<int> Observers(int fact) => _observers[fact];

    private int Add<TState, TCall>(Fact fact, IModel<TState, TCall> model)
        where TState : notnull, IEquatable<TState>
        where TCall : notnull
    {
        if (!_ids.TryGetValue(fact, out int id))
        {
            id = _facts.Count;
            _ids.Add(fact, id);
            _facts.Add(fact);
            _initially.Add(model.ValueIn(model.Initial, fact.Slot) == fact.Value);
            _producers.Add([]);
            _observers.Add([]);
        }

        return id;
    }
}
