using Histories.Linearizability;
using Histories.Recording;

namespace Histories.Kv;

/// <summary>An operation on some slots, as what its outcome demands of the state and what it leaves there.</summary>
public sealed class KvCall(Operation operation)
{
    private int[]? _slots;

    public Operation Operation { get; } = operation;

    /// <summary>What the slots must hold.</summary>
    public IReadOnlyList<Fact> Proves { get; init; } = [];

    /// <summary>What the slots must not hold: a cas answered that it did not swap.</summary>
    public IReadOnlyList<Fact> Refutes { get; init; } = [];

    /// <summary>What must hold for the call to do anything: a cas of which no answer came.</summary>
    public Fact? Guard { get; init; }

    public IReadOnlyList<Fact> Makes { get; init; } = [];

    /// <summary>Every slot that any of these is about.</summary>
    public IReadOnlyList<int> Slots => _slots ??= [.. Proves.Concat(Refutes).Concat(Makes).Select(fact => fact.Slot).Distinct()];

    public override string ToString() => Operation.ToString();
}
