namespace Histories.Linearizability;

/// <summary>That a slot of the state holds a value. Slots and values are numbers of the model's own.</summary>
public readonly record struct Fact(int Slot, int Value);
