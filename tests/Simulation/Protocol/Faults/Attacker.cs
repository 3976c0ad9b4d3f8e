using Scp.PathModel;
using Scp.Protocol;
using Scp.Protocol.Session;
using Simulation.Harness;
using Simulation.Network;
using Simulation.Protocol.Checking;

namespace Simulation.Protocol.Faults;

/// <summary>
/// Somebody on the path who reads every datagram and sends what he likes: garbage, what he has heard again, cut short or with
/// a bit flipped, under his own address or a node's. He holds no key.
/// </summary>
internal sealed class Attacker : ISimSource
{
    private const int Captured = 32;
    private const int Addresses = 8;
    private const double CaptureShare = 0.1;

    private readonly DatagramNetwork _network;
    private readonly AddressBook _addresses;
    private readonly AmplificationChecker _amplification;
    private readonly Capture[] _captures = new Capture[Captured];
    private readonly byte[] _scratch = new byte[ScpLimits.MaxDatagramBytes];
    private readonly int _nodes;
    private readonly long _meanGapNs;
    private readonly long _untilNs;
    private PathRandom _random;
    private int _next;

    public Attacker(DatagramNetwork network, AddressBook addresses, AmplificationChecker amplification, int nodes, long meanGapNs, long untilNs, PathRandom random)
    {
        _network = network;
        _addresses = addresses;
        _amplification = amplification;
        _nodes = nodes;
        _meanGapNs = meanGapNs;
        _untilNs = untilNs;
        _random = random;
        NextAtNs = _random.NextExponential(meanGapNs);
        network.Tap += Hear;
    }

    public long NextAtNs { get; private set; }

    /// <summary>Datagrams that no node ever sent.</summary>
    public long Malformed { get; private set; }

    public long Replayed { get; private set; }

    public void Advance(long nowNs)
    {
        Capture capture = _captures[_random.NextBelow(Captured)];
        if (capture.Bytes is null || _random.Chance(0.25))
        {
            SendGarbage(nowNs);
        }
        else
        {
            SendCaptured(capture, nowNs);
        }

        NextAtNs = nowNs + _random.NextExponential(_meanGapNs);
        if (NextAtNs > _untilNs)
        {
            NextAtNs = long.MaxValue;
        }
    }

    private void Hear(int from, int to, PathId address, ReadOnlySpan<byte> bytes, long nowNs)
    {
        if (to >= 0 && nowNs < _untilNs && _random.Chance(CaptureShare))
        {
            ref Capture capture = ref _captures[_next++ % Captured];
            capture.Bytes ??= new byte[ScpLimits.MaxDatagramBytes];
            bytes.CopyTo(capture.Bytes);
            capture.Length = bytes.Length;
            capture.From = from;
            capture.To = to;
            if (_random.Chance(0.02))
            {
                // He is quicker than the path: his copy arrives before the original does.
                Replayed++;
                Send(to, Mine(to), bytes, nowNs);
            }
        }
    }

    private void SendGarbage(long nowNs)
    {
        Span<byte> bytes = _scratch.AsSpan(0, (int)_random.NextBelow(1500));
        foreach (ref byte value in bytes)
        {
            value = (byte)_random.NextUInt64();
        }

        int to = (int)_random.NextBelow(_nodes);
        Malformed++;
        Send(to, Mine(to), bytes, nowNs);
    }

    private void SendCaptured(in Capture capture, long nowNs)
    {
        Span<byte> bytes = _scratch.AsSpan(0, capture.Length);
        capture.Bytes.AsSpan(0, capture.Length).CopyTo(bytes);
        switch (_random.NextBelow(4))
        {
            case 0:
                Malformed++;
                bytes = bytes[..(int)_random.NextBelow(bytes.Length)];
                break;
            case 1:
                Malformed++;
                bytes[(int)_random.NextBelow(bytes.Length)] ^= (byte)(1 << (int)_random.NextBelow(8));
                break;
            default:
                Replayed++;
                break;
        }

        int to = _random.Chance(0.9) ? capture.To : (int)_random.NextBelow(_nodes);
        Send(to, _random.Chance(0.5) ? Mine(to) : _addresses.Of(to, capture.From), bytes, nowNs);
    }

    private PathId Mine(int to) => AddressBook.Stranger(to, (int)_random.NextBelow(Addresses));

    private void Send(int to, PathId from, ReadOnlySpan<byte> bytes, long nowNs)
    {
        _amplification.OnInjected(from, bytes.Length);
        _network.Inject(to, from, bytes, nowNs);
    }

    private struct Capture
    {
        public byte[]? Bytes;
        public int Length;
        public int From;
        public int To;
    }
}
