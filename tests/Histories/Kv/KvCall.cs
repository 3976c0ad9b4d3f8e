using Histories.Linearizability;
using Histories.Recording;

namespace Histories.Kv;

/// <summary>
/// An operation on some slots, as what its outcome demands of the state and what it leaves there. Calls are equal if they
/// do the same, whosever they are.
/// </summary>
public sealed class KvCall(Operation operation) : IEquatable<KvCall>
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

    /// <summary>The same call with other values made.</summary>
    public KvCall Making(IReadOnlyList<Fact> makes) => new(Operation) { Proves = Proves, Refutes = Refutes, Guard = Guard, Makes = makes };

    public bool Equals(KvCall? other) =>
        other is not null
        && Guard == other.Guard
        && Makes.SequenceEqual(other.Makes)
        && Proves.SequenceEqual(other.Proves)
        && Refutes.SequenceEqual(other.Refutes);

    public override bool Equals(object? obj) => Equals(obj as KvCall);

    public override int GetHashCode() => HashCode.Combine(Guard, Makes.Count == 0 ? default : Makes[0], Proves.Count == 0 ? default : Proves[0]);

    public override string ToString() => Operation.ToString();
}
