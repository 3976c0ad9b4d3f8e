namespace Consensus.Host;

/// <summary>
/// Mail for a worker, in order of posting. Once closed it takes nothing more, and whoever comes late abandons the mail
/// himself: nothing is ever left lying in it.
/// </summary>
internal sealed class WorkerMailbox(Action wake)
{
    private readonly Lock _lock = new();
    private WorkerMail? _oldest;
    private WorkerMail? _newest;
    private bool _isClosed;

    /// <summary>True when there is something to take.</summary>
    public bool HasMail => Volatile.Read(ref _oldest) is not null;

    public void Post(WorkerMail mail)
    {
        bool isFirst;
        lock (_lock)
        {
            if (_isClosed)
            {
                isFirst = false;
            }
            else
            {
                isFirst = _oldest is null;
                if (isFirst)
                {
                    _oldest = mail;
                }
                else
                {
                    _newest!.Next = mail;
                }

                _newest = mail;
                mail = null!;
            }
        }

        mail?.Abandon();
        if (isFirst)
        {
            wake();
        }
    }

    /// <summary>Takes everything, oldest first; the rest hangs on <see cref="WorkerMail.Next"/>.</summary>
    public WorkerMail? TakeAll()
    {
        lock (_lock)
        {
            WorkerMail? oldest = _oldest;
            _oldest = null;
            _newest = null;
            return oldest;
        }
    }

    public WorkerMail? Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        return TakeAll();
    }
}
