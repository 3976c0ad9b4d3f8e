using Consensus;
using Simulation.Cluster.Machine;

namespace Simulation.Cluster.Calls;

/// <summary>How a call ended.</summary>
/// <param name="Value">What was read.</param>
internal readonly record struct CallAnswer(CallEnd End, KvResult Result, ulong Value, ReplicaId LeaderHint);
