using System.Runtime.CompilerServices;
using Scp.PathModel;

namespace Wan.Forwarding;

/// <summary>
/// Which packet goes where, and when. Pure: times and packets come in, packets that are due come out, and the loop around it
/// does the reading and writing.
///
/// Whoever offers a packet owns its slot until the call; afterwards the core does. What <see cref="TryTakeDue"/> gives out must
/// come back through <see cref="Complete"/>, which releases it. Time must not run backwards. Owned by one thread; offering and
/// taking allocate nothing.
/// </summary>
internal sealed class ForwardingCore
{
    private readonly PacketPool _pool;
    private readonly DeliveryQueue<UnderWay> _underWay;
    private readonly Pair[] _pairs;
    private readonly PairCounters[] _baseline;
    private readonly long[] _unroutable;
    private readonly long[] _noRoom;

    public ForwardingCore(int nodeCount, PathProfile profile, ulong seed, PacketPool pool, long nowNs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodeCount, AddressPlan.MinNodes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nodeCount, AddressPlan.MaxNodes);
        NodeCount = nodeCount;
        _pool = pool;
        _underWay = new DeliveryQueue<UnderWay>(pool.SlotCount);
        _pairs = MakePairs(nodeCount, profile, seed, nowNs);
        _baseline = new PairCounters[_pairs.Length];
        _unroutable = new long[nodeCount + 1];
        _noRoom = new long[nodeCount + 1];
    }

    public int NodeCount { get; }

    public IReadOnlyList<Pair> Pairs => _pairs;

    public LatenessHistogram Lateness { get; } = new();

    /// <summary>The part of the lateness that had already passed when the path saw the packet.</summary>
    public LatenessHistogram IntakeLag { get; } = new();

    public long NextDueNs => _underWay.NextAtNs;

    public int UnderWayCount => _underWay.Count;

    public Pair Between(int from, int to) => _pairs[IndexOf(from, to)];

    /// <summary>A packet that node <paramref name="from"/> sent, in a slot that becomes the core's.</summary>
    public void Offer(long nowNs, int from, int slot, int lengthBytes, long intakeLagNs)
    {
        int to = AddressPlan.DestinationOf(_pool.Bytes(slot, lengthBytes));
        if (to == AddressPlan.NoNode || to > NodeCount || to == from)
        {
            _unroutable[from]++;
            _pool.Release(slot);
            return;
        }

        int index = IndexOf(from, to);
        Pair pair = _pairs[index];
        Verdict verdict = pair.Direction.Offer(nowNs, lengthBytes);
        pair.NoteQueue(nowNs);
        for (int copy = 0; copy < verdict.Copies; copy++)
        {
            Delivery delivery = verdict[copy];
            if (!_underWay.TryEnqueue(delivery.DeliverAtNs, new UnderWay(delivery, slot, lengthBytes, index, intakeLagNs)))
            {
                pair.Overflow++;
                continue;
            }

            pair.UnderWay++;
            _pool.Share(slot);
        }

        _pool.Release(slot);
    }

    /// <summary>A packet from <paramref name="from"/> was read and thrown away, because the pool had no slot for it.</summary>
    public void CountNoRoom(int from) => _noRoom[from]++;

    /// <summary>The next copy that should have arrived by now.</summary>
    public bool TryTakeDue(long nowNs, out UnderWay copy) => _underWay.TryDequeueDue(nowNs, out copy);

    /// <summary>A copy was handed to its receiver, or refused by it.</summary>
    public void Complete(long nowNs, in UnderWay copy, bool accepted)
    {
        Pair pair = _pairs[copy.Pair];
        pair.UnderWay--;
        _pool.Release(copy.Slot);
        if (!accepted)
        {
            pair.Refused++;
            return;
        }

        IntakeLag.Record(copy.IntakeLagNs);
        Lateness.Record(nowNs - copy.Delivery.DeliverAtNs + copy.IntakeLagNs);
    }

    public PairCounters Counters(int index) => _pairs[index].Read();

    /// <summary>What the counters were when they were last reset.</summary>
    public PairCounters Baseline(int index) => _baseline[index];

    /// <summary>What node <paramref name="from"/> sent to no other node: multicast, broadcast, strangers.</summary>
    public long Unroutable(int from) => _unroutable[from];

    public long NoRoom(int from) => _noRoom[from];

    public void ResetCounters()
    {
        for (int index = 0; index < _pairs.Length; index++)
        {
            _pairs[index].ForgetHighWater();
            _baseline[index] = _pairs[index].Read();
        }

        Array.Clear(_unroutable);
        Array.Clear(_noRoom);
        Lateness.Reset();
        IntakeLag.Reset();
    }

    /// <summary>Grows the queue to its limit now, so that no allocation comes between packets later.</summary>
    public void Reserve()
    {
        if (_underWay.Count > 0)
        {
            ThrowBusy();
        }

        while (_underWay.TryEnqueue(0, default))
        {
        }

        _underWay.Clear();
    }

    private int IndexOf(int from, int to) => ((from - 1) * (NodeCount - 1)) + to - (to > from ? 2 : 1);

    private static Pair[] MakePairs(int nodeCount, PathProfile profile, ulong seed, long nowNs)
    {
        var seeds = new PathRandom(seed);
        var directions = new PathDirection[nodeCount + 1, nodeCount + 1];
        for (int near = 1; near <= nodeCount; near++)
        {
            for (int far = near + 1; far <= nodeCount; far++)
            {
                var path = new DuplexPath(profile, profile, seeds.NextUInt64(), nowNs);
                directions[near, far] = path.Outgoing;
                directions[far, near] = path.Incoming;
            }
        }

        var pairs = new List<Pair>(nodeCount * (nodeCount - 1));
        for (int from = 1; from <= nodeCount; from++)
        {
            for (int to = 1; to <= nodeCount; to++)
            {
                if (from != to)
                {
                    pairs.Add(new Pair(from, to, directions[from, to]));
                }
            }
        }

        return [.. pairs];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowBusy() => throw new InvalidOperationException("Room is reserved before the first packet, not while packets are under way.");
}
