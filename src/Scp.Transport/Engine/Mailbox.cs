namespace Scp.Transport.Engine;

/// <summary>Items from any thread for one thread, in order of posting. Nothing is allocated: the items are its links.</summary>
internal sealed class Mailbox
{
    private MailItem? _newest;

    public bool IsEmpty => Volatile.Read(ref _newest) is null;

    /// <summary>Puts an item in unless it is in already.</summary>
    public bool TryPost(MailItem item)
    {
        if (!item.TryMarkPosted())
        {
            return false;
        }

        MailItem? newest = Volatile.Read(ref _newest);
        while (true)
        {
            item.Next = newest;
            MailItem? seen = Interlocked.CompareExchange(ref _newest, item, newest);
            if (ReferenceEquals(seen, newest))
            {
                return true;
            }

            newest = seen;
        }
    }

    /// <summary>Takes everything, oldest first; the rest hangs on <see cref="MailItem.Next"/>.</summary>
    public MailItem? TakeAll()
    {
        MailItem? item = Interlocked.Exchange(ref _newest, null);
        MailItem? oldest = null;
        while (item is not null)
        {
            (item.Next, oldest, item) = (oldest, item, item.Next);
        }

        return oldest;
    }
}
