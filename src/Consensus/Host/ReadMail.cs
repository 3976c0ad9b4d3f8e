using Consensus.Core;

namespace Consensus.Host;

/// <summary>The wish to read, and whoever waits for it.</summary>
internal sealed class ReadMail(HostedGroup group, ReadMode mode) : WorkerMail
{
    private readonly TaskCompletionSource<ReadTicket> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HostedGroup Group => group;

    public ReadMode Mode => mode;

    public ValueTask<ReadTicket> End => new(_end.Task);

    public void Finish(in ReadTicket ticket) => _ = _end.TrySetResult(ticket);

    public override void Handle(Worker worker, long nowNs) => worker.HandleRead(this, nowNs);

    public override void Abandon() => Finish(new ReadTicket(ReadStatus.Closed, mode, 0, 0, ReplicaId.None));
}
