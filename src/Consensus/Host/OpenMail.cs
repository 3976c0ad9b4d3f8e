namespace Consensus.Host;

/// <summary>A group to be opened, and whoever waits until it is.</summary>
internal sealed class OpenMail(GroupSetup setup, IStateMachine machine) : WorkerMail
{
    private readonly TaskCompletionSource<IConsensusGroup> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GroupSetup Setup => setup;

    public IStateMachine Machine => machine;

    public ValueTask<IConsensusGroup> End => new(_end.Task);

    public void Finish(HostedGroup group) => _ = _end.TrySetResult(new GroupHandle(group));

    public void Refuse(string why) => _ = _end.TrySetException(new ConsensusException(why));

    public override void Handle(Worker worker, long nowNs) => worker.HandleOpen(this, nowNs);

    public override void Abandon() => Refuse($"{setup.Group} cannot be opened: the host has stopped.");
}
