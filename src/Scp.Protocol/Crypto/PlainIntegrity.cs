using System.Buffers.Binary;
using System.Numerics;

namespace Scp.Protocol.Crypto;

/// <summary>
/// No encryption and no authentication: a CRC32C over nonce, associated data and payload. It finds bytes damaged by
/// accident and packets of another session, because the nonce comes from the session's secrets, and stops nobody who
/// means harm. For loopback only.
/// </summary>
public readonly struct PlainIntegrity : IDatagramAead<PlainIntegrity>
{
    public static int TagBytes => sizeof(uint);

    public static PlainIntegrity Create(ReadOnlySpan<byte> key) => default;

    public void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, Span<byte> tag) =>
        BinaryPrimitives.WriteUInt32LittleEndian(tag, Checksum(nonce, associatedData, payloadInPlace));

    public bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, Span<byte> payloadInPlace, ReadOnlySpan<byte> tag) =>
        BinaryPrimitives.ReadUInt32LittleEndian(tag) == Checksum(nonce, associatedData, payloadInPlace);

    public void Dispose()
    {
    }

    /// <summary>CRC32C (Castagnoli) of the three pieces as if they were one.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third) =>
        ~Update(Update(Update(uint.MaxValue, first), second), third);

    private static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}
