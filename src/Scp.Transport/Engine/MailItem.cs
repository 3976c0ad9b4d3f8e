namespace Scp.Transport.Engine;

/// <summary>
/// Something that other threads have for an engine's thread. It stands in the mailbox at most once however often it is
/// posted, so the mailbox is as bounded as what can post: calls under way, requests being handled, lanes, streams.
/// <para>
/// What is to be done lies in the item's own fields, written before <see cref="ScpEngine.Post"/>. The mark is taken off
/// before the item is handled: news that comes during the handling posts it once more.
/// </para>
/// </summary>
internal abstract class MailItem
{
    private int _isPosted;

    /// <summary>The mailbox's own.</summary>
    public MailItem? Next { get; set; }

    public bool TryMarkPosted() => Interlocked.Exchange(ref _isPosted, 1) == 0;

    public void UnmarkPosted() => Interlocked.Exchange(ref _isPosted, 0);

    /// <summary>Does what was posted, on the engine's thread.</summary>
    public abstract void Handle(long nowNs);
}
