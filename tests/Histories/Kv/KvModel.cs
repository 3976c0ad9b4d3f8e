using Histories.Linearizability;
using Histories.Recording;

namespace Histories.Kv;

/// <summary>Registers, one a key: get, put, compare and swap, delete, and transactions over several.</summary>
public sealed class KvModel : IModel<KvState, KvCall>
{
    private const int MaxSlotsShown = 8;

    private readonly IReadOnlyList<string> _keys;
    private readonly KvNames _names;

    internal KvModel(IReadOnlyList<string> keys, KvNames names, KvState initial)
    {
        _keys = keys;
        _names = names;
        Initial = initial;
    }

    public KvState Initial { get; }

    public bool TryApply(KvState state, KvCall call, out KvState next)
    {
        next = state;
        foreach (Fact fact in call.Proves)
        {
            if (state[fact.Slot] != fact.Value)
            {
                return false;
            }
        }

        foreach (Fact fact in call.Refutes)
        {
            if (state[fact.Slot] == fact.Value)
            {
                return false;
            }
        }

        bool isIdle = call.Makes.Count == 0 || (call.Guard is { } guard && state[guard.Slot] != guard.Value);
        if (!isIdle)
        {
            int[] values = state.ToArray();
            foreach (Fact fact in call.Makes)
            {
                values[fact.Slot] = fact.Value;
            }

            next = new KvState(values);
        }

        return true;
    }

    public bool IsRead(KvCall call) => call.Makes.Count == 0;

    public IReadOnlyList<int>? Slots(KvCall call) => call.Slots;

    public IReadOnlyList<Fact> Proves(KvCall call) => call.Proves;

    public IReadOnlyList<Fact> Makes(KvCall call) => call.Makes;

    public int ValueIn(KvState state, int slot) => state[slot];

    public string Describe(KvState state)
    {
        IEnumerable<string> shown = Enumerable.Range(0, Math.Min(state.Slots, MaxSlotsShown))
            .Select(slot => $"{Operation.Quote(_keys[slot])} = {_names.Describe(state[slot])}");
        return string.Join(", ", shown) + (state.Slots > MaxSlotsShown ? ", …" : "");
    }
}
