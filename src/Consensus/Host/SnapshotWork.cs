namespace Consensus.Host;

/// <summary>Something for a state machine to do for a snapshot, and what the worker makes of it afterwards.</summary>
internal sealed class SnapshotWork(HostedGroup group, Action run, Action<long>? then) : MachineWork(group)
{
    public override void Run() => run();

    public override void Handle(Worker worker, long nowNs) => then?.Invoke(nowNs);
}
