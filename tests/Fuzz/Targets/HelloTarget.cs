using Scp.Protocol;
using Scp.Protocol.Lanes;

namespace Fuzz.Targets;

/// <summary>Hellos: what parses means the same once written and parsed again.</summary>
internal sealed class HelloTarget : IFuzzTarget
{
    public string Name => "hello";

    public IEnumerable<byte[]> Seeds()
    {
        yield return Write(LaneHelloKind.Open, []);
        yield return Write(LaneHelloKind.Accept, []);
        yield return Write(LaneHelloKind.Resume, [new ResumePosition(new StreamId(4), 100, 2000, false), new ResumePosition(new StreamId(5), 0, 65536, true)]);
    }

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!LaneHello.TryParse(input, out LaneHello hello, out ErrorCode error))
        {
            Check.That(error != ErrorCode.None, "a hello was refused without a reason");
            return false;
        }

        var positions = new ResumePosition[hello.Positions.Count];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = hello.Positions[i];
        }

        var bytes = new byte[ScpLimits.MaxHelloBytes];
        int size = hello.Format(bytes, positions);
        Check.That(LaneHello.TryParse(bytes.AsSpan(0, size), out LaneHello again, out _), "a hello that was accepted is not accepted again");
        Check.That(
            again.Kind == hello.Kind && again.Session == hello.Session && again.DestinationId == hello.DestinationId && again.Epoch == hello.Epoch
            && again.Limits == hello.Limits && again.Random.SequenceEqual(hello.Random) && again.Token.SequenceEqual(hello.Token)
            && again.Positions.Count == positions.Length,
            "a hello does not mean the same once written and parsed again");
        return true;
    }

    private static byte[] Write(LaneHelloKind kind, ResumePosition[] positions)
    {
        var bytes = new byte[ScpLimits.MaxHelloBytes];
        var hello = new LaneHello
        {
            Kind = kind,
            Session = kind == LaneHelloKind.Open ? default : new SessionId(3, 4),
            DestinationId = 99,
            Epoch = 1,
            Random = new byte[32],
            Limits = new HelloLimits(64, 1 << 20, 1 << 20, 16, 30_000, 1_000),
            Token = new byte[ResumeToken.Size],
        };
        return bytes[..hello.Format(bytes, positions)];
    }
}
