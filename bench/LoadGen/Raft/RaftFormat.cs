using System.Buffers.Binary;
using Consensus;

namespace LoadGen.Raft;

/// <summary>
/// Requests and answers, little-endian. A request is a group's number and a command; a command a key's number and its
/// value. An answer is how the proposal ended, one byte, and the number of the node that may lead, zero if none is known.
/// </summary>
internal static class RaftFormat
{
    public const int Keys = 10_000;
    public const int CommandHeadBytes = sizeof(long);
    public const int AnswerBytes = 1 + sizeof(ulong);

    private const int HeadBytes = sizeof(ulong);

    public static byte[] CreateRequest(int group, int valueBytes)
    {
        byte[] request = new byte[HeadBytes + CommandHeadBytes + valueBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(request, (ulong)group);
        request.AsSpan(HeadBytes + CommandHeadBytes).Fill((byte)'v');
        return request;
    }

    public static void SetKey(Span<byte> request, long key) => BinaryPrimitives.WriteInt64LittleEndian(request[HeadBytes..], key);

    public static bool TryReadRequest(ReadOnlySpan<byte> request, out ulong group, out ReadOnlySpan<byte> command)
    {
        bool isWhole = request.Length >= HeadBytes + CommandHeadBytes;
        group = isWhole ? BinaryPrimitives.ReadUInt64LittleEndian(request) : 0;
        command = isWhole ? request[HeadBytes..] : default;
        return isWhole;
    }

    public static void WriteAnswer(Span<byte> answer, ProposalStatus status, ulong leader)
    {
        answer[0] = (byte)status;
        BinaryPrimitives.WriteUInt64LittleEndian(answer[1..], leader);
    }

    public static (ProposalStatus Status, ulong Leader) ReadAnswer(ReadOnlySpan<byte> answer) => answer.Length == AnswerBytes
        ? ((ProposalStatus)answer[0], BinaryPrimitives.ReadUInt64LittleEndian(answer[1..]))
        : (ProposalStatus.Unknown, 0);
}
