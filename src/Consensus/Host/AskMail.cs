using Consensus.Core;

namespace Consensus.Host;

/// <summary>A question to a replica, answered where it lives.</summary>
internal sealed class AskMail<T>(HostedGroup group, Func<RaftReplica, long, T> question, T whenClosed) : WorkerMail
{
    private readonly TaskCompletionSource<T> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask<T> End => new(_end.Task);

    public override void Handle(Worker worker, long nowNs)
    {
        worker.Touch(group);
        _ = _end.TrySetResult(question(group.Replica!, nowNs));
    }

    public override void Abandon() => _ = _end.TrySetResult(whenClosed);
}
