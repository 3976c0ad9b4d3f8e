using System.Buffers.Binary;
using System.Security.Cryptography;

namespace LoadGen.Measuring;

/// <summary>
/// What the load's requests say, whatever carries them: a byte for what is asked, then its argument.
/// An exchange names the length of the reply it wants; a progress request names a bulk transfer, and the reply is the u64
/// of its bytes received so far.
/// <code>
/// offset  size
/// 0       u8    1 exchange, 2 progress
/// 1       u32   exchange: bytes of reply wanted        u64   progress: the transfer
/// 5       ...   exchange: random bytes
/// </code>
/// </summary>
internal static class RequestFormat
{
    public const byte Exchange = 1;
    public const byte Progress = 2;
    public const int MinRequestBytes = 5;
    public const int ProgressBytes = 9;
    public const int MaxBytes = 1024 * 1024;

    /// <summary>A request whose rest is random, so that nothing gains by compressing it.</summary>
    public static byte[] CreateExchange(int requestBytes, int replyBytes)
    {
        byte[] request = RandomNumberGenerator.GetBytes(requestBytes);
        request[0] = Exchange;
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(1), replyBytes);
        return request;
    }

    public static byte[] CreateProgress(ulong transfer)
    {
        byte[] request = new byte[ProgressBytes];
        request[0] = Progress;
        BinaryPrimitives.WriteUInt64LittleEndian(request.AsSpan(1), transfer);
        return request;
    }

    public static bool TryReadExchange(ReadOnlySpan<byte> request, out int replyBytes)
    {
        replyBytes = 0;
        if (request.Length < MinRequestBytes || request[0] != Exchange)
        {
            return false;
        }

        replyBytes = BinaryPrimitives.ReadInt32LittleEndian(request[1..]);
        return replyBytes is >= 0 and <= MaxBytes;
    }

    public static bool TryReadProgress(ReadOnlySpan<byte> request, out ulong transfer)
    {
        bool holds = request.Length == ProgressBytes && request[0] == Progress;
        transfer = holds ? BinaryPrimitives.ReadUInt64LittleEndian(request[1..]) : 0;
        return holds;
    }
}
