using Scp.Protocol.Lanes;

namespace Fuzz.Targets;

/// <summary>
/// The frames of a packet, as an authenticated peer may send them: wrapped into a well-formed lane frame, so that every
/// input reaches the session. Whatever they say, the session answers, drops or closes, and keeps its bounds.
/// </summary>
internal sealed class PacketTarget : IFuzzTarget
{
    private const int InputsPerSession = 200;

    private readonly byte[] _frame = new byte[16 * 1024];
    private LivePair _pair = new();
    private ulong _number = 1000;
    private int _inputs;

    public string Name => "packet";

    public IEnumerable<byte[]> Seeds() => FrameSeeds.All();

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (_pair.ServerSession.IsClosed || ++_inputs % InputsPerSession == 0)
        {
            _pair = new LivePair();
            _number = 1000;
        }

        if (input.Length == 0)
        {
            return false;
        }

        int bytes = LaneWriter.WritePacket(_frame, ++_number, input);
        _ = _pair.Server.HandleLane(_pair.ServerLane, _frame.AsSpan(0, bytes), _pair.NowNs);
        _pair.DrainServer();
        return !_pair.ServerSession.IsClosed;
    }
}
