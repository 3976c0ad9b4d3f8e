using Scp.Serialization;
using Scp.Serialization.Oracle;

namespace Fuzz.Targets;

/// <summary>MessagePack: the reader, over one span and over pieces, against a slow decoder that shares no code with it.</summary>
internal sealed class MessagePackTarget : IFuzzTarget
{
    private readonly Random _random = new(7);

    public string Name => "messagepack";

    public IEnumerable<byte[]> Seeds()
    {
        yield return Convert.FromHexString("93C0C3D20000007B");
        yield return Convert.FromHexString("82A161CB3FF8000000000000A16292A3786E7AC403010203");
        yield return Convert.FromHexString("D7FF0000000065F2B2A0");
        yield return Convert.FromHexString("9AC7050102030405FFDC0002D1FFFFCE0001E240A0DB00000001419091C2");
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        byte[] bytes = input.ToArray();
        (WireValue? expected, MessagePackError refusal) = OracleDecoder.Decode(bytes, MessagePackLimits.Default);
        (WireValue? value, MessagePackError error) = ReaderDecoder.Decode(bytes, MessagePackLimits.Default);
        (WireValue? pieces, MessagePackError piecesError) = ReaderDecoder.Decode(Segments.Cut(bytes, _random), MessagePackLimits.Default);
        Check.That(error == refusal && piecesError == refusal, $"oracle {refusal}, span {error}, pieces {piecesError}");
        Check.That(expected?.Describe() == value?.Describe() && expected?.Describe() == pieces?.Describe(), "the readers do not see what the oracle sees");
        return refusal == MessagePackError.None;
    }
}
