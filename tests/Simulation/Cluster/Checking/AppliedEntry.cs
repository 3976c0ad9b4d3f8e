using Simulation.Cluster.Machine;

namespace Simulation.Cluster.Checking;

/// <summary>What was applied at a place: the entry, the state after it, and the command, if it is one and was not there before.</summary>
internal readonly record struct AppliedEntry(ulong Hash, ulong State, KvCommand? Command, bool IsNew);
