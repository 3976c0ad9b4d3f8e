using Consensus.Log;

namespace Consensus.Host;

/// <summary>What a worker works with.</summary>
/// <param name="Incarnation">Another number for each process, so that a restart shows.</param>
/// <param name="Seed">Of its chance: another for each node and each start.</param>
internal sealed record WorkerSetup(
    HostOptions Options,
    NodeId Node,
    NodeLog Log,
    ILogSink LogSink,
    IApplySink ApplySink,
    IMessageCarrier Carrier,
    ulong Incarnation,
    ulong Seed);
