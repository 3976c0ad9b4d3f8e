using System.Runtime.CompilerServices;
using Scp.Protocol.Crypto;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Lanes;

/// <summary>
/// The body of the first frame each way on a bulk lane.
/// <code>
/// u32    magic, the letters SCP1
/// u8     oldest version spoken      u8   newest version spoken
/// u8     kind                       u8   flags: 1 = offers compression
/// 16     session id, zero in Open
/// u64    destination id: what the peer shall write into its datagrams
/// u32    epoch
/// u8     lane index                 u8   reserved
/// u16    token length
/// 32     random bytes for the key schedule
/// 32     limits: slots u32, session window u64, stream window u64, streams u32, idle timeout ms u32, beat ms u32
/// ...    token
/// u16    number of resume positions
/// 25 ×   stream id u64, contiguous offset u64, credit limit u64, flags u8 (1 = the end has been received)
/// </code>
/// Integers are little-endian. Magic and versions come first and never move, so that a version from the future is told
/// apart from noise. Whatever follows the positions is ignored, so that a hello can grow; unknown flags and the reserved
/// byte are ignored for the same reason.
/// <para>
/// A parsed hello points into the bytes it was parsed from and is valid as long as they are.
/// </para>
/// </summary>
public readonly ref struct LaneHello
{
    /// <summary>Bytes of a hello without token and positions.</summary>
    public const int FixedSize = 106;

    /// <summary>Bytes of a token: room to grow beyond <see cref="ResumeToken.Size"/>.</summary>
    public const int MaxTokenBytes = 256;

    /// <summary>The flag of a side that compresses, and can read compressed chunks.</summary>
    public const byte CompressionFlag = 1;

    private const uint Magic = 0x31504353;

    public LaneHelloKind Kind { get; init; }

    /// <summary>In a parsed hello the newest version that both sides speak.</summary>
    public byte Version { get; private init; }

    public byte Flags { get; init; }

    public bool OffersCompression => (Flags & CompressionFlag) != 0;

    public SessionId Session { get; init; }

    public ulong DestinationId { get; init; }

    public uint Epoch { get; init; }

    public byte LaneIndex { get; init; }

    /// <summary><see cref="KeySchedule.RandomBytes"/> secret bytes.</summary>
    public ReadOnlySpan<byte> Random { get; init; }

    public HelloLimits Limits { get; init; }

    public ReadOnlySpan<byte> Token { get; init; }

    /// <summary>In a parsed hello, how far its sender has received; one to be sent is given them by <see cref="Format"/>.</summary>
    public ResumePositions Positions { get; private init; }

    /// <summary>Bytes of a hello, which must not exceed <see cref="ScpLimits.MaxHelloBytes"/>.</summary>
    public static int SizeOf(int tokenBytes, int positions) => FixedSize + tokenBytes + (positions * ResumePosition.Size);

    /// <summary>Writes the hello of this side and returns its size. Breaking a rule of the format is a bug here and throws.</summary>
    public int Format(Span<byte> destination, ReadOnlySpan<ResumePosition> positions)
    {
        if (Random.Length != KeySchedule.RandomBytes
            || Token.Length > MaxTokenBytes
            || SizeOf(Token.Length, positions.Length) > ScpLimits.MaxHelloBytes
            || (Session.IsZero != (Kind == LaneHelloKind.Open))
            || LaneIndex >= ScpLimits.MaxLanes
            || !Limits.AreSane)
        {
            ThrowNotSendable();
        }

        var writer = new WireWriter(destination);
        writer.WriteUInt32(Magic);
        writer.WriteByte(ProtocolVersion.Min);
        writer.WriteByte(ProtocolVersion.Max);
        writer.WriteByte((byte)Kind);
        writer.WriteByte(Flags);
        Session.Format(writer.Free);
        writer.Advance(SessionId.Size);
        writer.WriteUInt64(DestinationId);
        writer.WriteUInt32(Epoch);
        writer.WriteByte(LaneIndex);
        writer.WriteByte(0);
        writer.WriteUInt16((ushort)Token.Length);
        writer.WriteBytes(Random);
        Limits.Write(ref writer);
        writer.WriteBytes(Token);
        writer.WriteUInt16((ushort)positions.Length);
        foreach (ResumePosition position in positions)
        {
            position.Write(ref writer);
        }

        return writer.Written;
    }

    /// <summary>
    /// Parses a peer's hello. When it is not one, <paramref name="error"/> says what to close the lane with:
    /// <see cref="ErrorCode.Malformed"/>, <see cref="ErrorCode.VersionMismatch"/> or <see cref="ErrorCode.LimitExceeded"/>.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> body, out LaneHello hello, out ErrorCode error)
    {
        hello = default;
        if (body.Length > ScpLimits.MaxHelloBytes)
        {
            error = ErrorCode.LimitExceeded;
            return false;
        }

        var reader = new WireReader(body);
        error = ReadVersion(ref reader, out byte version);
        if (error != ErrorCode.None)
        {
            return false;
        }

        LaneHello parsed = ReadRest(ref reader, version);
        error = reader.Failed ? ErrorCode.Malformed : parsed.Check();
        if (error != ErrorCode.None)
        {
            return false;
        }

        hello = parsed;
        return true;
    }

    private static ErrorCode ReadVersion(ref WireReader reader, out byte version)
    {
        uint magic = reader.ReadUInt32();
        byte min = reader.ReadByte();
        byte max = reader.ReadByte();
        bool agreed = ProtocolVersion.TryAgree(min, max, out version);
        return reader.Failed || magic != Magic || min > max ? ErrorCode.Malformed
            : agreed ? ErrorCode.None
            : ErrorCode.VersionMismatch;
    }

    /// <summary>Reads all that follows the versions; whether it was there is the reader's to say.</summary>
    private static LaneHello ReadRest(scoped ref WireReader reader, byte version)
    {
        var kind = (LaneHelloKind)reader.ReadByte();
        byte flags = reader.ReadByte();
        _ = SessionId.TryParse(reader.ReadBytes(SessionId.Size), out SessionId session);
        ulong destination = reader.ReadUInt64();
        uint epoch = reader.ReadUInt32();
        byte lane = reader.ReadByte();
        _ = reader.ReadByte();
        int tokenBytes = reader.ReadUInt16();
        ReadOnlySpan<byte> random = reader.ReadBytes(KeySchedule.RandomBytes);
        HelloLimits limits = HelloLimits.Read(ref reader);
        ReadOnlySpan<byte> token = reader.ReadBytes(tokenBytes);
        int positions = reader.ReadUInt16();
        return new LaneHello
        {
            Kind = kind,
            Version = version,
            Flags = flags,
            Session = session,
            DestinationId = destination,
            Epoch = epoch,
            LaneIndex = lane,
            Random = random,
            Limits = limits,
            Token = token,
            Positions = new ResumePositions(reader.ReadBytes(positions * ResumePosition.Size)),
        };
    }

    private ErrorCode Check()
    {
        if (Kind is < LaneHelloKind.Open or > LaneHelloKind.Accept || Session.IsZero != (Kind == LaneHelloKind.Open))
        {
            return ErrorCode.Malformed;
        }

        if (LaneIndex >= ScpLimits.MaxLanes || Token.Length > MaxTokenBytes || !Limits.AreSane)
        {
            return ErrorCode.LimitExceeded;
        }

        foreach (ResumePosition position in Positions)
        {
            if (!position.IsSane)
            {
                return ErrorCode.Malformed;
            }
        }

        return ErrorCode.None;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowNotSendable() =>
        throw new InvalidOperationException("A hello that its receiver must refuse was about to be sent.");
}
