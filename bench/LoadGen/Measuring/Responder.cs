using System.Buffers.Binary;
using System.Security.Cryptography;
using LoadGen.Bulk;

namespace LoadGen.Measuring;

/// <summary>What every server answers, so that they differ only in how it travels. For any thread.</summary>
internal sealed class Responder(BulkLedger ledger)
{
    /// <summary>What the scratch space of an answer must hold.</summary>
    public const int ScratchBytes = sizeof(long);

    private readonly byte[] _random = RandomNumberGenerator.GetBytes(RequestFormat.MaxBytes);

    public BulkLedger Ledger => ledger;

    /// <summary>The reply, which may be in the scratch space; empty for what is no request.</summary>
    public ReadOnlySpan<byte> Answer(ReadOnlySpan<byte> request, Span<byte> scratch)
    {
        if (RequestFormat.TryReadExchange(request, out int replyBytes))
        {
            return _random.AsSpan(0, replyBytes);
        }

        if (RequestFormat.TryReadProgress(request, out ulong transfer))
        {
            BinaryPrimitives.WriteInt64LittleEndian(scratch, ledger.BytesOf(transfer));
            return scratch[..sizeof(long)];
        }

        return default;
    }
}
