namespace Consensus.Host;

/// <summary>Something for a worker to do, from any thread.</summary>
internal abstract class WorkerMail
{
    /// <summary>The mailbox's.</summary>
    internal WorkerMail? Next { get; set; }

    /// <summary>On the worker's thread.</summary>
    public abstract void Handle(Worker worker, long nowNs);

    /// <summary>The worker has ended and will handle nothing more.</summary>
    public abstract void Abandon();
}
