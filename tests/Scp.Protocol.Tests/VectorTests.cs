using System.Text.Json.Nodes;
using Scp.Protocol.Lanes;
using Scp.Protocol.Session;
using Scp.Protocol.Tests.Session;
using Scp.Protocol.Tests.Vectors;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests;

/// <summary>
/// Holds the code to the vectors that the specification cites: fields give the bytes, bytes give the fields, and what is
/// malformed is refused. Keys, datagrams and hellos have their own vectors and tests beside the code they concern.
/// </summary>
[TestFixture]
internal sealed class VectorTests
{
    private const ulong FirstNumber = 1_000_000;

    public static IEnumerable<TestCaseData> Frames() =>
        VectorFile.Read<FrameVector>("frames.json").Select(v => new TestCaseData(v).SetName($"{{m}}({v.Frame}: {v.Name})"));

    public static IEnumerable<TestCaseData> LaneFrames() =>
        VectorFile.Read<LaneVector>("lane-frames.json").Select(v => new TestCaseData(v).SetName($"{{m}}({v.Frame}: {v.Name})"));

    [TestCaseSource(nameof(Frames))]
    public void AFrameHasTheBytesWritten(FrameVector vector) =>
        Assert.That(Convert.ToHexStringLower(FrameVectorCodec.Encode(vector.Frame, vector.Fields)), Is.EqualTo(vector.Hex));

    [TestCaseSource(nameof(Frames))]
    public void TheBytesSayTheFields(FrameVector vector)
    {
        foreach (string hex in vector.Also.Prepend(vector.Hex))
        {
            JsonObject? fields = FrameVectorCodec.Decode(vector.Frame, vector.Fields, Convert.FromHexString(hex));
            Assert.That(fields, Is.Not.Null, $"{hex} was refused");
            Assert.That(JsonNode.DeepEquals(fields, vector.Fields), $"{hex} says {fields!.ToJsonString()}, not {vector.Fields.ToJsonString()}");
        }
    }

    [TestCaseSource(nameof(Frames))]
    public void MalformedBytesAreRefused(FrameVector vector)
    {
        foreach (string hex in vector.Malformed)
        {
            Assert.That(FrameVectorCodec.Decode(vector.Frame, vector.Fields, Convert.FromHexString(hex)), Is.Null, hex);
        }
    }

    /// <summary>The same, by a whole session: it knows the frames that have no codec of their own, and which types there are.</summary>
    [TestCaseSource(nameof(Frames))]
    public void ASessionTakesTheFrameAndClosesOnMalformedOnes(FrameVector vector)
    {
        if (vector.Frame == FrameVectorCodec.VarIntName)
        {
            return;
        }

        ulong number = (ulong?)vector.Fields["packetNumber"] + FirstNumber ?? FirstNumber;
        foreach (string hex in vector.Also.Prepend(vector.Hex))
        {
            Assert.That(CloseCodeAfter(hex, number), Is.Not.EqualTo(ErrorCode.Malformed), hex);
        }

        foreach (string hex in vector.Malformed)
        {
            // Parity is judged against its packet's number, so a frame that reaches below zero has to come early.
            ulong at = vector.Frame == nameof(FrameType.Parity) ? (ulong)vector.Fields["packetNumber"]! : number;
            Assert.That(CloseCodeAfter(hex, at), Is.EqualTo(ErrorCode.Malformed), hex);
        }
    }

    [TestCaseSource(nameof(LaneFrames))]
    public void ALaneFrameHasTheBytesWritten(LaneVector vector) =>
        Assert.That(Convert.ToHexStringLower(LaneVectorCodec.Encode(vector.Frame, vector.Fields)), Is.EqualTo(vector.Hex));

    [TestCaseSource(nameof(LaneFrames))]
    public void TheBytesOfALaneSayTheFields(LaneVector vector)
    {
        byte[] bytes = Convert.FromHexString(vector.Hex);
        foreach (int piece in new[] { 1, 7, bytes.Length })
        {
            JsonObject? fields = LaneVectorCodec.Decode(bytes, piece, out ErrorCode error);
            Assert.That(error, Is.EqualTo(ErrorCode.None));
            Assert.That(JsonNode.DeepEquals(fields, vector.Fields), $"in pieces of {piece}: {fields?.ToJsonString()}");
        }
    }

    [TestCaseSource(nameof(LaneFrames))]
    public void MalformedLaneBytesAreRefusedWithTheirCode(LaneVector vector)
    {
        foreach (LaneRefusal refusal in vector.Malformed)
        {
            byte[] bytes = Convert.FromHexString(refusal.Hex);
            foreach (int piece in new[] { 1, bytes.Length })
            {
                _ = LaneVectorCodec.Decode(bytes, piece, out ErrorCode error);
                Assert.That(error, Is.EqualTo(refusal.Error), refusal.Hex);
            }
        }
    }

    /// <summary>Gives a session that is up one packet by lane; None when the session goes on.</summary>
    private static ErrorCode CloseCodeAfter(string hex, ulong packetNumber)
    {
        SessionPair pair = new SessionPair().Connected();
        var frame = new byte[LaneFraming.MaxFrameBytes];
        int bytes = LaneWriter.WritePacket(frame, packetNumber, Convert.FromHexString(hex));
        _ = pair.Server.Endpoint.HandleLane(pair.Server.Lane!.Value, frame.AsSpan(0, bytes), pair.NowNs);

        var code = ErrorCode.None;
        while (pair.Server.Session!.PollEvent(pair.NowNs, out SessionEvent item))
        {
            code = item.Kind == SessionEventKind.Closed ? item.Code : code;
        }

        return code;
    }

    internal sealed record FrameVector(string Name, string Frame, JsonObject Fields, string Hex, string[] Also, string[] Malformed);

    internal sealed record LaneVector(string Name, string Frame, JsonObject Fields, string Hex, LaneRefusal[] Malformed);

    internal sealed record LaneRefusal(string Hex, ErrorCode Error);
}
