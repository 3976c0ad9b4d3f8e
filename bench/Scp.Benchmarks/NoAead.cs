using Scp.Protocol.Crypto;

namespace Scp.Benchmarks;

/// <summary>No protection at all, so that what is measured is the protocol. Nothing but a benchmark may use it.</summary>
internal readonly struct NoAead : IDatagramAead<NoAead>
{
    public static int TagBytes => 0;

    public static NoAead Create(ReadOnlySpan<byte> key) => default;

    public void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, Span<byte> tag)
    {
    }

    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, ReadOnlySpan<byte> tag) => true;

    public void Dispose()
    {
    }
}
