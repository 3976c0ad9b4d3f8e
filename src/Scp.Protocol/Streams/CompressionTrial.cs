namespace Scp.Protocol.Streams;

/// <summary>
/// Decides for one stream which chunks are worth compressing: one in <see cref="StreamLimits.CompressionTrialInterval"/>
/// is tried, and while that saves a tenth or more so is the next.
/// </summary>
internal sealed class CompressionTrial
{
    private int _chunksUntilTrial;

    public bool ShouldTry(int bytes)
    {
        if (bytes < StreamLimits.MinCompressBytes)
        {
            return false;
        }

        return --_chunksUntilTrial < 0;
    }

    /// <summary>The chunk was not the one to try: the next is.</summary>
    public void Postpone() => _chunksUntilTrial = 0;

    /// <summary>Tells how a trial went (0 bytes: it did not fit); true when the result is worth sending.</summary>
    public bool Report(int bytes, int compressedBytes)
    {
        bool worthwhile = compressedBytes > 0 && compressedBytes <= bytes - (bytes / 10);
        _chunksUntilTrial = worthwhile ? 0 : StreamLimits.CompressionTrialInterval - 1;
        return worthwhile;
    }
}
