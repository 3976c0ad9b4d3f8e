namespace Scp.Protocol.Streams;

/// <summary>
/// What all streams together may receive. A stream is charged with the highest offset announced, once; what its reader
/// takes, or a reset throws away, is given back.
/// </summary>
internal sealed class SessionCredit
{
    private readonly long _windowBytes;
    private long _charged;
    private long _consumed;

    public SessionCredit(long windowBytes)
    {
        _windowBytes = windowBytes;
        Limit = windowBytes;
    }

    /// <summary>The bytes that the peer may send in all.</summary>
    public long Limit { get; private set; }

    public bool IsDue => _consumed + _windowBytes - Limit >= Math.Max(1, _windowBytes / 2);

    public bool CanCharge(long bytes) => bytes <= Limit - _charged;

    public void Charge(long bytes) => _charged += bytes;

    public void Consume(long bytes) => _consumed += bytes;

    public long Grant() => Limit = Math.Max(Limit, _consumed + _windowBytes);
}
