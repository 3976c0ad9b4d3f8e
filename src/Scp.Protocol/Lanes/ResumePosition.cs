using Scp.Protocol.Wire;

namespace Scp.Protocol.Lanes;

/// <summary>
/// How far the sender of a hello has received one stream: every byte before <paramref name="ContiguousOffset"/>, and
/// with <paramref name="FinReceived"/> its end too. It will take bytes up to <paramref name="CreditLimit"/>.
/// </summary>
public readonly record struct ResumePosition(StreamId Stream, ulong ContiguousOffset, ulong CreditLimit, bool FinReceived)
{
    public const int Size = 25;

    private const byte FinFlag = 1;

    /// <summary>
    /// Offsets are varints elsewhere on the wire, so larger ones cannot be meant; and nobody receives more than it granted.
    /// </summary>
    internal bool IsSane =>
        Stream.Value <= VarInt.MaxValue && CreditLimit <= VarInt.MaxValue && ContiguousOffset <= CreditLimit;

    internal static ResumePosition Read(ref WireReader reader) => new(
        new StreamId(reader.ReadUInt64()),
        reader.ReadUInt64(),
        reader.ReadUInt64(),
        (reader.ReadByte() & FinFlag) != 0);

    internal void Write(ref WireWriter writer)
    {
        writer.WriteUInt64(Stream.Value);
        writer.WriteUInt64(ContiguousOffset);
        writer.WriteUInt64(CreditLimit);
        writer.WriteByte(FinReceived ? FinFlag : (byte)0);
    }
}
