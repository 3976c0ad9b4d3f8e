using Scp.Protocol.Streams;

namespace Scp.Protocol.Tests.Streams;

/// <summary>
/// Two tables joined by lanes that break at any byte and by packets of control frames that are lost, repeated and
/// overtake each other, all from one seed. First a storm, in which the applications open, write, read slowly, reset and
/// stop; then calm, in which everything begun must come to its end.
/// </summary>
internal sealed class StreamWorld
{
    public const long RttNs = 1_000_000;

    private const int StormSteps = 1500;
    private const int CalmRounds = 3000;

    private readonly Random _random;
    private readonly WorldSide[] _sides;
    private readonly WorldLane[] _lanes;
    private readonly List<Packet> _packets = [];
    private readonly List<Packet> _outcomes = [];
    private readonly Dictionary<(StreamId, bool), DirectionTruth> _truths = [];
    private readonly int _maxStreams;
    private readonly PatternCodec? _codec;
    private bool _allLanesWereDown;

    public StreamWorld(int seed)
    {
        _random = new Random(seed);
        _maxStreams = _random.Next(1, 30);
        _codec = _random.Next(3) == 0 ? new PatternCodec(seed) : null;
        StreamTableOptions one = RandomOptions(isInitiator: true);
        StreamTableOptions two = RandomOptions(isInitiator: false);
        _sides =
        [
            new WorldSide(this, Agree(one, two), new Random(_random.Next())),
            new WorldSide(this, Agree(two, one), new Random(_random.Next())),
        ];
        _lanes = [.. Enumerable.Range(0, _random.Next(1, ScpLimits.MaxLanes + 1)).Select(_ => new WorldLane())];
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            BringUp(lane);
        }
    }

    /// <summary>Frames that travel together; what became of them is told to the sender exactly once.</summary>
    private sealed record Packet(int From, List<StreamControl> Frames)
    {
        public bool Delivered { get; set; }
    }

    public long NowNs { get; private set; }

    public WorldCoverage Coverage { get; } = new();

    public void Run()
    {
        for (int step = 0; step < StormSteps; step++)
        {
            Storm();
            EndStep();
        }

        for (int round = 0; round < CalmRounds; round++)
        {
            Calm();
            EndStep();
            if (IsOver())
            {
                CheckEnd();
                return;
            }
        }

        Assert.Fail("No end in sight:\n" + string.Join('\n', _truths.Values.Where(t => !t.IsSettled)));
    }

    public void Declare(StreamId id)
    {
        foreach (bool fromInitiator in new[] { true, false })
        {
            if ((!id.IsMessage || id.OpenedByInitiator == fromInitiator) && !_truths.ContainsKey((id, fromInitiator)))
            {
                _truths.Add((id, fromInitiator), new DirectionTruth(id, fromInitiator));
            }
        }
    }

    public DirectionTruth Truth(StreamId id, bool fromInitiator) => _truths[(id, fromInitiator)];

    private StreamTableOptions RandomOptions(bool isInitiator)
    {
        int window = Pick(200, 3000, 70_000, 300_000);
        return new StreamTableOptions
        {
            IsInitiator = isInitiator,
            MaxLocalStreams = _random.Next(1, 8),
            StreamWindowBytes = window,
            MaxStreamWindowBytes = window * Pick(1, 4),
            SessionWindowBytes = window * Pick(2, 3, 16),
            SendBufferBytes = window * Pick(2, 5),
            Codec = _codec,
        };
    }

    private static StreamTableOptions Agree(StreamTableOptions own, StreamTableOptions peer) => own with
    {
        MaxPeerStreams = peer.MaxLocalStreams,
        PeerStreamWindowBytes = peer.StreamWindowBytes,
        PeerSessionWindowBytes = peer.SessionWindowBytes,
    };

    private int Pick(params int[] choices) => choices[_random.Next(choices.Length)];

    private void Storm()
    {
        int side = _random.Next(2);
        WorldSide actor = _sides[side];
        int lane = _random.Next(_lanes.Length);
        switch (_random.Next(100))
        {
            case < 6 when actor.Opened < _maxStreams:
                actor.Open();
                break;
            case < 24:
                actor.Write();
                break;
            case < 28:
                actor.Finish();
                break;
            case 28 when _random.Next(3) == 0:
                actor.Reset();
                break;
            case 29 when _random.Next(3) == 0:
                actor.Stop();
                break;
            case < 42:
                actor.Read();
                break;
            case < 60:
                SendChunk(side, lane);
                break;
            case < 76:
                Deliver(side, lane, _random.Next(1, _random.Next(2) == 0 ? 40 : 100_000));
                break;
            case < 84:
                SendPacket(side, _random.Next(1, 6));
                break;
            case < 91:
                MovePacket();
                break;
            case < 96:
                TellOutcome();
                break;
            default:
                BreakOrMend(lane);
                break;
        }
    }

    private void Calm()
    {
        for (int lane = 0; lane < _lanes.Length; lane++)
        {
            Mend(lane);
        }

        for (int side = 0; side < 2; side++)
        {
            foreach (StreamId id in _sides[side].Known)
            {
                SettleApplication(_sides[side], id);
            }

            for (int lane = 0; lane < _lanes.Length; lane++)
            {
                SendChunk(side, lane);
                Deliver(1 - side, lane, int.MaxValue);
            }

            SendPacket(side, int.MaxValue);
        }

        while (_packets.Count > 0)
        {
            MovePacket(calm: true);
        }

        while (_outcomes.Count > 0)
        {
            TellOutcome();
        }
    }

    private void SettleApplication(WorldSide side, StreamId id)
    {
        if (_truths.TryGetValue((id, side.IsInitiator), out DirectionTruth? outgoing) && outgoing.CanWrite)
        {
            side.Finish(outgoing);
        }

        if (_truths.TryGetValue((id, !side.IsInitiator), out DirectionTruth? incoming) && incoming.CanRead)
        {
            side.Read(incoming, 100_000);
        }
    }

    private void EndStep()
    {
        NowNs += _random.Next(200_000);
        foreach (WorldSide side in _sides)
        {
            side.TakeEvents();
            side.CheckBounds();
        }
    }

    private bool IsOver() => _truths.Values.All(t => t.IsSettled) && _sides.All(s => s.Table.OpenStreams == 0);

    private void CheckEnd()
    {
        foreach (WorldSide side in _sides)
        {
            for (int lane = 0; lane < _lanes.Length; lane++)
            {
                // One may have been cut in the middle of a chunk, and its end not have been noticed yet.
                side.OnLaneLost(lane);
            }

            Assert.That(side.Table.BufferedBytes, Is.Zero);
            Assert.That(side.Table.Pool.RentedBlocks, Is.Zero, "every block comes back");
        }

        Assert.That(_sides[0].Known, Is.EquivalentTo(_sides[1].Known), "each side has seen every stream");
        Coverage.Streams = _sides[0].Known.Count;
        Coverage.BytesRead = _truths.Values.Sum(t => t.Read);
        Coverage.Compressed = _codec?.Compressed ?? 0;
    }

    private void SendChunk(int side, int lane)
    {
        if (_lanes[lane].IsUsedBy(side))
        {
            _lanes[lane].Send(side, _sides[side].Build(lane));
        }
    }

    private void Deliver(int side, int lane, int maxBytes)
    {
        if (_lanes[lane].IsUsedBy(side))
        {
            _sides[side].Receive(lane, _lanes[lane].Take(side, maxBytes));
        }
    }

    private void SendPacket(int side, int maxFrames)
    {
        _sides[side].TakeEvents();
        var packet = new Packet(side, []);
        while (packet.Frames.Count < maxFrames && _sides[side].Table.TryTakeControl(out StreamControl control))
        {
            packet.Frames.Add(control);
        }

        if (packet.Frames.Count > 0)
        {
            _packets.Add(packet);
        }
    }

    /// <summary>Some packet arrives, or arrives and stays on the way to arrive again, or is lost.</summary>
    private void MovePacket(bool calm = false)
    {
        if (_packets.Count == 0)
        {
            return;
        }

        int index = _random.Next(_packets.Count);
        Packet packet = _packets[index];
        int fate = calm ? 9 : _random.Next(10);
        if (fate >= 3)
        {
            foreach (StreamControl control in packet.Frames)
            {
                Assert.That(_sides[1 - packet.From].Table.Handle(control), Is.EqualTo(ErrorCode.None), control.ToString());
            }

            // The acknowledgement may be lost in turn, and then the sender takes the packet for lost.
            packet.Delivered |= calm || _random.Next(4) > 0;
        }

        if (fate == 3)
        {
            Coverage.PacketsRepeated++;
            return;
        }

        Coverage.PacketsLost += packet.Delivered ? 0 : 1;
        _packets.RemoveAt(index);
        _outcomes.Add(packet);
    }

    private void TellOutcome()
    {
        if (_outcomes.Count == 0)
        {
            return;
        }

        int index = _random.Next(_outcomes.Count);
        Packet packet = _outcomes[index];
        _outcomes.RemoveAt(index);
        foreach (StreamControl control in packet.Frames)
        {
            if (packet.Delivered)
            {
                _sides[packet.From].Table.OnControlAcked(control);
            }
            else
            {
                _sides[packet.From].Table.OnControlLost(control);
            }
        }
    }

    private void BreakOrMend(int lane)
    {
        if (!_lanes[lane].IsUp)
        {
            Mend(lane);
        }
        else if (_random.Next(2) == 0)
        {
            Coverage.Cuts++;
            _lanes[lane].Cut(_random);
            if (_lanes.All(l => !l.IsUp))
            {
                _allLanesWereDown = true;
            }
        }
    }

    /// <summary>Takes a lane that is cut one step towards its return.</summary>
    private void Mend(int lane)
    {
        if (_lanes[lane].IsUp)
        {
            return;
        }

        int side = _random.Next(2);
        if (_lanes[lane].IsUsedBy(side))
        {
            _lanes[lane].Notice(side);
            _sides[side].OnLaneLost(lane);
        }

        if (_lanes[lane].CanComeUp)
        {
            if (_allLanesWereDown && _lanes.All(l => l.CanComeUp))
            {
                Resume();
            }

            BringUp(lane);
        }
    }

    private void BringUp(int lane)
    {
        _lanes[lane].ComeUp();
        _sides[0].OnLaneUp(lane);
        _sides[1].OnLaneUp(lane);
    }

    /// <summary>Both hellos are written before either is read; packets may still come between.</summary>
    private void Resume()
    {
        Coverage.Resumes++;
        _allLanesWereDown = false;
        StreamPosition[][] positions = [.. _sides.Select(Export)];
        for (int i = _random.Next(3); i > 0; i--)
        {
            MovePacket();
        }

        Assert.That(_sides[0].Table.OnResumed(positions[1]), Is.EqualTo(ErrorCode.None));
        Assert.That(_sides[1].Table.OnResumed(positions[0]), Is.EqualTo(ErrorCode.None));
    }

    private StreamPosition[] Export(WorldSide side)
    {
        var positions = new StreamPosition[_random.Next(4) == 0 ? 2 : 100];
        return positions[..side.Table.ExportPositions(positions)];
    }
}
