namespace Histories.Linearizability;

/// <summary>
/// The sequential object that a history is held against. States are values: equal states behave alike for ever after, and
/// equal calls do the same.
/// <para>
/// A model whose state is made of slots that calls read and overwrite can say so with facts, which lets the checker rule
/// out most orders before it tries them. The contract: a certain call that proves (slot, value) runs only where the slot
/// holds the value; a certain call that makes (slot, value) leaves it there, and an uncertain one makes all its facts or
/// changes nothing; nothing else changes a slot. A model without slots leaves the last four members alone.
/// </para>
/// </summary>
public interface IModel<TState, TCall>
    where TState : notnull, IEquatable<TState>
    where TCall : notnull
{
    TState Initial { get; }

    /// <summary>False when the call cannot run in this state with the outcome it had.</summary>
    bool TryApply(TState state, TCall call, out TState next);

    /// <summary>Whether the call, with the outcome it had, leaves every state as it is.</summary>
    bool IsRead(TCall call);

    /// <summary>The state for people.</summary>
    string Describe(TState state);

    /// <summary>
    /// The slots that the call depends on or may change, those of its facts among them; null if it depends on everything.
    /// Calls without a slot in common do the same in either order.
    /// </summary>
    IReadOnlyList<int>? Slots(TCall call) => null;

    IReadOnlyList<Fact> Proves(TCall call) => [];

    /// <summary>At most one fact a slot.</summary>
    IReadOnlyList<Fact> Makes(TCall call) => [];

    /// <summary>What the slot holds; asked only for slots of the facts above.</summary>
    int ValueIn(TState state, int slot) => throw new NotSupportedException("a model that has facts says what its slots hold");
}
