namespace Consensus.Log;

/// <summary>How much a read may still hand out: the first entry whatever its size, then as far as the bytes go.</summary>
internal struct ReadLimit(int maxBytes)
{
    private long _leftBytes = maxBytes;
    private bool _hasAny;

    /// <summary>Nothing more fits.</summary>
    public bool IsReached { get; private set; }

    public bool TryTake(int bytes)
    {
        if (_hasAny && bytes > _leftBytes)
        {
            IsReached = true;
            return false;
        }

        _hasAny = true;
        _leftBytes -= bytes;
        return true;
    }
}
