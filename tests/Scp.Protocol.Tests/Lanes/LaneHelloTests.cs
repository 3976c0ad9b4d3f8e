using System.Buffers.Binary;
using FsCheck;
using Scp.Protocol.Crypto;
using Scp.Protocol.Lanes;
using Scp.Protocol.Tests.Vectors;
using Scp.Protocol.Wire;
using Tests.Shared;

namespace Scp.Protocol.Tests.Lanes;

public sealed class LaneHelloTests
{
    private const int KindAt = 6;
    private const int SessionAt = 8;
    private const int LaneAt = 36;
    private const int TokenLengthAt = 38;
    private const int LimitsAt = 72;

    private static readonly HelloLimits Sane = new(
        ScpLimits.DefaultSlots, ScpLimits.SessionWindowBytes, ScpLimits.StreamWindowBytes, ScpLimits.MaxStreams, 30_000, 500);

    [Test]
    public void TheVectorsAreMet()
    {
        foreach (Vector vector in VectorFile.Read<Vector>("hellos.json"))
        {
            ResumePosition[] positions = [.. vector.Positions.Select(p =>
                new ResumePosition(new StreamId(p.Stream), p.Offset, p.Credit, p.Fin))];
            byte[] body = new byte[LaneHello.SizeOf(vector.Token.Length / 2, positions.Length)];
            var hello = new LaneHello
            {
                Kind = vector.Kind,
                Flags = vector.Flags,
                Session = VectorFile.Session(vector.Session),
                DestinationId = Convert.ToUInt64(vector.Destination, 16),
                Epoch = vector.Epoch,
                LaneIndex = vector.Lane,
                Random = Convert.FromHexString(vector.Random),
                Limits = new HelloLimits(
                    vector.Slots, vector.SessionWindow, vector.StreamWindow, vector.Streams, vector.IdleTimeoutMs, vector.BeatMs),
                Token = Convert.FromHexString(vector.Token),
            };
            Assert.That(hello.Format(body, positions), Is.EqualTo(body.Length));
            Assert.That(Convert.ToHexStringLower(body), Is.EqualTo(vector.Body));
            Assert.That(LaneHello.TryParse(body, out LaneHello parsed, out _), Is.True);
            AssertSame(parsed, hello, positions);
        }
    }

    [Property]
    public void BytesComeBackAndGrowthIsIgnored(DoNotSize<int> seed)
    {
        var random = new System.Random(seed.Item);
        ResumePosition[] positions = [.. Enumerable.Range(0, random.Next(5)).Select(_ => RandomPosition(random))];
        byte[] token = new byte[random.Next(LaneHello.MaxTokenBytes + 1)];
        byte[] secret = new byte[KeySchedule.RandomBytes];
        random.NextBytes(token);
        random.NextBytes(secret);
        var kind = (LaneHelloKind)random.Next(1, 5);
        var hello = new LaneHello
        {
            Kind = kind,
            Flags = (byte)random.Next(256),
            Session = kind == LaneHelloKind.Open ? default : new SessionId((ulong)random.NextInt64(), (ulong)random.NextInt64()),
            DestinationId = (ulong)random.NextInt64(long.MinValue, long.MaxValue),
            Epoch = (uint)random.NextInt64(uint.MaxValue),
            LaneIndex = (byte)random.Next(ScpLimits.MaxLanes),
            Random = secret,
            Limits = Sane with { Slots = (uint)random.Next(1, ScpLimits.MaxSlots + 1), BeatMs = (uint)random.Next(5, 15_001) },
            Token = token,
        };
        int size = LaneHello.SizeOf(token.Length, positions.Length);
        byte[] body = new byte[size + random.Next(50)];
        random.NextBytes(body);
        Assert.That(hello.Format(body, positions), Is.EqualTo(size));
        Assert.That(LaneHello.TryParse(body, out LaneHello parsed, out ErrorCode error), Is.True, error.ToString());
        AssertSame(parsed, hello, positions);
        for (int length = 0; length < size; length++)
        {
            Assert.That(LaneHello.TryParse(body.AsSpan(0, length), out _, out error), Is.False);
            Assert.That(error, Is.EqualTo(ErrorCode.Malformed), $"cut to {length} of {size} bytes");
        }
    }

    [Property(MaxTest = 2000)]
    public bool AnyBytesAreRefusedQuietly(byte[] bytes) =>
        !LaneHello.TryParse(bytes, out _, out ErrorCode error) && error == ErrorCode.Malformed;

    [Property(MaxTest = 2000)]
    public bool ADamagedHelloParsesOrNamesAnError(DoNotSize<int> seed)
    {
        var random = new System.Random(seed.Item);
        byte[] body = Body(LaneHelloKind.Resume, positions: 3);
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            body[random.Next(body.Length)] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => (byte)random.Next(256) };
        }

        ReadOnlySpan<byte> cut = body.AsSpan(0, random.Next(4) == 0 ? random.Next(body.Length) : body.Length);
        bool isHello = LaneHello.TryParse(cut, out LaneHello hello, out ErrorCode error);
        foreach (ResumePosition position in hello.Positions)
        {
            if (position.ContiguousOffset > position.CreditLimit)
            {
                return false;
            }
        }

        return isHello == (error == ErrorCode.None)
            && error is ErrorCode.None or ErrorCode.Malformed or ErrorCode.VersionMismatch or ErrorCode.LimitExceeded;
    }

    [TestCase(1, 1, ErrorCode.None)]
    [TestCase(0, 255, ErrorCode.None)]
    [TestCase(2, 3, ErrorCode.VersionMismatch)]
    [TestCase(0, 0, ErrorCode.VersionMismatch)]
    [TestCase(2, 1, ErrorCode.Malformed)]
    public void VersionsAreAgreedBeforeAnythingElse(byte min, byte max, ErrorCode expected)
    {
        byte[] body = Body(LaneHelloKind.Open);
        body[4] = min;
        body[5] = max;
        Assert.That(ErrorOf(body), Is.EqualTo(expected));
        if (expected == ErrorCode.VersionMismatch)
        {
            Assert.That(ErrorOf(body[..6]), Is.EqualTo(expected), "whatever another version has behind them");
        }
    }

    [Test]
    public void TheNewestCommonVersionIsReported()
    {
        byte[] body = Body(LaneHelloKind.Open);
        body[5] = 200;
        Assert.That(LaneHello.TryParse(body, out LaneHello hello, out _), Is.True);
        Assert.That(hello.Version, Is.EqualTo(ProtocolVersion.Max));
    }

    [Test]
    public void AnotherMagicIsNoHello()
    {
        byte[] body = Body(LaneHelloKind.Open);
        body[3] = (byte)'2';
        Assert.That(ErrorOf(body), Is.EqualTo(ErrorCode.Malformed));
    }

    [Test]
    public void OnlyKnownKindsAreHellos([Range(0, 8)] int kind)
    {
        byte[] body = Body(LaneHelloKind.Resume);
        body[KindAt] = (byte)kind;
        Assert.That(ErrorOf(body), Is.EqualTo(kind is >= 2 and <= 4 ? ErrorCode.None : ErrorCode.Malformed));
    }

    [Test]
    public void OnlyAnOpeningHelloNamesNoSession([Values] LaneHelloKind kind)
    {
        byte[] body = Body(kind);
        bool isOpen = kind == LaneHelloKind.Open;
        body.AsSpan(SessionAt, SessionId.Size).Fill(isOpen ? (byte)1 : (byte)0);
        Assert.That(ErrorOf(body), Is.EqualTo(ErrorCode.Malformed));
    }

    [Test]
    public void LaneTokenAndSizeAreLimited()
    {
        byte[] body = Body(LaneHelloKind.Join);
        body[LaneAt] = ScpLimits.MaxLanes - 1;
        Assert.That(ErrorOf(body), Is.EqualTo(ErrorCode.None));
        body[LaneAt] = ScpLimits.MaxLanes;
        Assert.That(ErrorOf(body), Is.EqualTo(ErrorCode.LimitExceeded));

        body = [.. Body(LaneHelloKind.Join), .. new byte[LaneHello.MaxTokenBytes]];
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(TokenLengthAt), LaneHello.MaxTokenBytes);
        Assert.That(ErrorOf(body), Is.EqualTo(ErrorCode.None));
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(TokenLengthAt), LaneHello.MaxTokenBytes + 1);
        Assert.That(ErrorOf(body), Is.EqualTo(ErrorCode.LimitExceeded));

        body = Body(LaneHelloKind.Open);
        Assert.That(ErrorOf([.. body, .. new byte[ScpLimits.MaxHelloBytes - body.Length]]), Is.EqualTo(ErrorCode.None));
        Assert.That(ErrorOf([.. body, .. new byte[ScpLimits.MaxHelloBytes - body.Length + 1]]), Is.EqualTo(ErrorCode.LimitExceeded));
    }

    [TestCase(1ul << 62, 0ul, 0ul)]
    [TestCase(0ul, 1ul << 62, 1ul << 62)]
    [TestCase(0ul, 0ul, ulong.MaxValue)]
    [TestCase(0ul, 8ul, 7ul, Description = "more received than was granted")]
    public void PositionsThatCannotBeMeantAreRefused(ulong stream, ulong offset, ulong credit)
    {
        byte[] body = Body(LaneHelloKind.Resume, positions: 3);
        Span<byte> last = body.AsSpan(^ResumePosition.Size..);
        BinaryPrimitives.WriteUInt64LittleEndian(last, stream);
        BinaryPrimitives.WriteUInt64LittleEndian(last[8..], offset);
        BinaryPrimitives.WriteUInt64LittleEndian(last[16..], credit);
        Assert.That(ErrorOf(body), Is.EqualTo(ErrorCode.Malformed));
    }

    [Test]
    public void CountsArePaidForInBytes()
    {
        byte[] body = Body(LaneHelloKind.Resume);
        BinaryPrimitives.WriteUInt16LittleEndian(body.AsSpan(^sizeof(ushort)..), ushort.MaxValue);
        _ = ErrorOf(body);
        ErrorCode error = ErrorCode.None;
        long allocated = Allocations.Of(() => error = ErrorOf(body));
        Assert.That(error, Is.EqualTo(ErrorCode.Malformed));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void WhatAPeerWouldRefuseIsNotSent()
    {
        Assert.That(() => new LaneHello { Kind = LaneHelloKind.Open, Limits = Sane, Random = new byte[31] }.Format(new byte[999], []),
            Throws.InvalidOperationException, "a short random");
        Assert.That(() => new LaneHello { Kind = LaneHelloKind.Open, Limits = Sane with { Slots = 0 }, Random = new byte[32] }.Format(new byte[999], []),
            Throws.InvalidOperationException, "no slots");
        Assert.That(() => new LaneHello { Kind = LaneHelloKind.Resume, Limits = Sane, Random = new byte[32] }.Format(new byte[999], []),
            Throws.InvalidOperationException, "no session");
        int fitting = (ScpLimits.MaxHelloBytes - LaneHello.FixedSize) / ResumePosition.Size;
        Assert.That(Body(LaneHelloKind.Resume, fitting, tokenBytes: 0), Has.Length.LessThanOrEqualTo(ScpLimits.MaxHelloBytes));
        Assert.That(() => Body(LaneHelloKind.Resume, fitting + 1, tokenBytes: 0), Throws.InvalidOperationException);
    }

    [Test]
    public void LimitsAreSaneWithinTheirBounds()
    {
        Assert.That(Sane.AreSane, Is.True);
        (HelloLimits Inside, HelloLimits Outside)[] edges =
        [
            (Sane with { Slots = 1 }, Sane with { Slots = 0 }),
            (Sane with { Slots = ScpLimits.MaxSlots }, Sane with { Slots = ScpLimits.MaxSlots + 1 }),
            (Sane with { SessionWindowBytes = HelloLimits.MinWindowBytes }, Sane with { SessionWindowBytes = HelloLimits.MinWindowBytes - 1 }),
            (Sane with { SessionWindowBytes = HelloLimits.MaxWindowBytes }, Sane with { SessionWindowBytes = HelloLimits.MaxWindowBytes + 1 }),
            (Sane with { StreamWindowBytes = HelloLimits.MinWindowBytes }, Sane with { StreamWindowBytes = HelloLimits.MinWindowBytes - 1 }),
            (Sane with { StreamWindowBytes = HelloLimits.MaxWindowBytes }, Sane with { StreamWindowBytes = HelloLimits.MaxWindowBytes + 1 }),
            (Sane with { Streams = 0 }, Sane with { Streams = uint.MaxValue }),
            (Sane with { Streams = HelloLimits.MaxStreams }, Sane with { Streams = HelloLimits.MaxStreams + 1 }),
            (Sane with { BeatMs = HelloLimits.MinBeatMs }, Sane with { BeatMs = HelloLimits.MinBeatMs - 1 }),
            (Sane with { IdleTimeoutMs = 1000 }, Sane with { IdleTimeoutMs = 999 }),
            (Sane with { IdleTimeoutMs = HelloLimits.MaxIdleTimeoutMs }, Sane with { IdleTimeoutMs = HelloLimits.MaxIdleTimeoutMs + 1 }),
        ];
        foreach ((HelloLimits inside, HelloLimits outside) in edges)
        {
            Assert.That(ErrorOf(WithLimits(inside)), Is.EqualTo(ErrorCode.None), inside.ToString());
            Assert.That(ErrorOf(WithLimits(outside)), Is.EqualTo(ErrorCode.LimitExceeded), outside.ToString());
        }
    }

    private static ResumePosition RandomPosition(System.Random random)
    {
        ulong credit = (ulong)random.NextInt64(1L << 62);
        return new ResumePosition(
            new StreamId((ulong)random.NextInt64(1L << 62)), (ulong)random.NextInt64((long)credit + 1), credit, random.Next(2) == 0);
    }

    private static byte[] Body(LaneHelloKind kind, int positions = 0, int tokenBytes = ResumeToken.Size)
    {
        byte[] body = new byte[LaneHello.SizeOf(tokenBytes, positions)];
        var hello = new LaneHello
        {
            Kind = kind,
            Session = kind == LaneHelloKind.Open ? default : new SessionId(1, 2),
            Random = new byte[KeySchedule.RandomBytes],
            Limits = Sane,
            Token = new byte[tokenBytes],
        };
        _ = hello.Format(body, [.. Enumerable.Range(0, positions).Select(i => new ResumePosition(new StreamId((ulong)i), 1, 2, false))]);
        return body;
    }

    private static byte[] WithLimits(HelloLimits limits)
    {
        byte[] body = Body(LaneHelloKind.Open);
        var writer = new WireWriter(body.AsSpan(LimitsAt, HelloLimits.Size));
        limits.Write(ref writer);
        Assert.That(writer.Written, Is.EqualTo(HelloLimits.Size));
        return body;
    }

    private static ErrorCode ErrorOf(byte[] body)
    {
        _ = LaneHello.TryParse(body, out _, out ErrorCode error);
        return error;
    }

    private static void AssertSame(LaneHello actual, LaneHello expected, ResumePosition[] positions)
    {
        Assert.That(actual.Kind, Is.EqualTo(expected.Kind));
        Assert.That(actual.Version, Is.EqualTo(ProtocolVersion.Max));
        Assert.That(actual.Flags, Is.EqualTo(expected.Flags));
        Assert.That(actual.Session, Is.EqualTo(expected.Session));
        Assert.That(actual.DestinationId, Is.EqualTo(expected.DestinationId));
        Assert.That(actual.Epoch, Is.EqualTo(expected.Epoch));
        Assert.That(actual.LaneIndex, Is.EqualTo(expected.LaneIndex));
        Assert.That(actual.Random.SequenceEqual(expected.Random), Is.True);
        Assert.That(actual.Limits, Is.EqualTo(expected.Limits));
        Assert.That(actual.Token.SequenceEqual(expected.Token), Is.True);
        Assert.That(actual.Positions.Count, Is.EqualTo(positions.Length));
        int index = 0;
        foreach (ResumePosition position in actual.Positions)
        {
            Assert.That(position, Is.EqualTo(positions[index]));
            Assert.That(actual.Positions[index], Is.EqualTo(positions[index++]));
        }
    }

    private sealed record Vector(
        LaneHelloKind Kind,
        byte Flags,
        string Session,
        string Destination,
        uint Epoch,
        byte Lane,
        string Random,
        string Token,
        VectorPosition[] Positions,
        uint Slots,
        ulong SessionWindow,
        ulong StreamWindow,
        uint Streams,
        uint IdleTimeoutMs,
        uint BeatMs,
        string Body);

    private sealed record VectorPosition(ulong Stream, ulong Offset, ulong Credit, bool Fin);
}
