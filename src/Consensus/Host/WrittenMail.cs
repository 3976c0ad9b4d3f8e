using Consensus.Log;

namespace Consensus.Host;

/// <summary>What the groups of a worker want durable: to the log's writer and back.</summary>
internal sealed class WrittenMail(Worker worker) : WorkerMail
{
    public LogBatch Batch { get; } = new();

    /// <summary>For each write of the batch, the group and its token.</summary>
    public List<(HostedGroup Group, Core.LogWrite Write)> Writes { get; } = [];

    /// <summary>By the log's writer, once the batch is durable.</summary>
    public void PostBack() => worker.Post(this);

    public override void Handle(Worker worker, long nowNs) => worker.HandleWritten(this, nowNs);

    /// <summary>What it made durable is found when the log is opened again.</summary>
    public override void Abandon()
    {
    }
}
