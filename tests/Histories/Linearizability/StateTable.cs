namespace Histories.Linearizability;

/// <summary>Numbers states, so that configurations are compared by number.</summary>
internal sealed class StateTable<TState>
    where TState : notnull, IEquatable<TState>
{
    private readonly Dictionary<TState, int> _ids = [];
    private readonly List<TState> _states = [];

    public TState this[int id] => _states[id];

    public int IdOf(TState state)
    {
        if (!_ids.TryGetValue(state, out int id))
        {
            id = _states.Count;
            _ids.Add(state, id);
            _states.Add(state);
        }

        return id;
    }
}
