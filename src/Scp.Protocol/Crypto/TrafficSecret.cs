using System.Security.Cryptography;

namespace Scp.Protocol.Crypto;

/// <summary>
/// The secret of one direction in one key phase, from which its key, its IV and the next phase's secret follow. Held in
/// pinned memory, so that wiping it leaves no copy that the collector made. Whoever holds it disposes of it.
/// </summary>
internal sealed class TrafficSecret : IDisposable
{
    private readonly byte[] _bytes = GC.AllocateArray<byte>(KeySchedule.SecretBytes, pinned: true);
    private bool _wiped;

    /// <summary>The secret, to be filled by whoever derives it.</summary>
    public Span<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_wiped, this);
            return _bytes;
        }
    }

    /// <summary>The secret of the next key phase. This one stays valid until it is disposed of.</summary>
    public TrafficSecret Next()
    {
        var next = new TrafficSecret();
        KeySchedule.Expand(Bytes, KeySchedule.NextLabel, next.Bytes);
        return next;
    }

    public void Dispose()
    {
        _wiped = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }
}
