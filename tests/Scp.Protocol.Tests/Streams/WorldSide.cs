using Scp.Protocol.Lanes;
using Scp.Protocol.Streams;

namespace Scp.Protocol.Tests.Streams;

/// <summary>One end of a <see cref="StreamWorld"/>: a table, and an application that opens, writes, reads and gives up.</summary>
internal sealed class WorldSide
{
    private readonly StreamWorld _world;
    private readonly Random _random;
    private readonly byte[] _buffer = new byte[200_000];
    private readonly LaneReader?[] _readers = new LaneReader?[ScpLimits.MaxLanes];
    private readonly List<StreamId> _known = [];

    public WorldSide(StreamWorld world, StreamTableOptions options, Random random)
    {
        _world = world;
        _random = random;
        Options = options;
        Table = new StreamTable(options) { RttNs = StreamWorld.RttNs };
    }

    public StreamTableOptions Options { get; }

    public StreamTable Table { get; }

    public bool IsInitiator => Options.IsInitiator;

    public IReadOnlyList<StreamId> Known => _known;

    public int Opened { get; private set; }

    public void Open()
    {
        if (Table.TryOpen(_random.Next(2) == 0, (Priority)_random.Next(4), out StreamId id))
        {
            Opened++;
            Learn(id);
        }
        else
        {
            Assert.That(Table.OpenStreams, Is.GreaterThanOrEqualTo(Options.MaxLocalStreams));
        }
    }

    public void Write()
    {
        if (PickOutgoing() is not { CanWrite: true } truth)
        {
            return;
        }

        Span<byte> data = _buffer.AsSpan(0, _random.Next(1, _random.Next(3) == 0 ? _buffer.Length : 2000));
        Pattern.Fill(truth.Key, truth.Written, data);
        truth.Written += Table.Write(truth.Id, data);
    }

    public void Finish()
    {
        if (PickOutgoing() is { CanWrite: true } truth)
        {
            Finish(truth);
        }
    }

    public void Finish(DirectionTruth truth)
    {
        Assert.That(Table.Finish(truth.Id), Is.True);
        truth.IsFinishedByWriter = true;
    }

    public void Reset()
    {
        if (PickOutgoing() is { } truth && Table.Reset(truth.Id, ErrorCode.Cancelled))
        {
            truth.IsReset = true;
            _world.Coverage.Resets++;
        }
    }

    public void Stop()
    {
        if (PickIncoming() is { } truth && Table.Stop(truth.Id, ErrorCode.Overloaded))
        {
            truth.IsStopped = true;
            _world.Coverage.Stops++;
        }
    }

    public void Read()
    {
        if (PickIncoming() is { CanRead: true } truth)
        {
            Read(truth, _random.Next(1, _random.Next(3) == 0 ? _buffer.Length : 3000));
        }
    }

    public void Read(DirectionTruth truth, int maxBytes)
    {
        if (_random.Next(2) == 0)
        {
            int count = Table.Read(truth.Id, _buffer.AsSpan(0, maxBytes), _world.NowNs, out bool finished);
            truth.OnRead(_buffer.AsSpan(0, count));
            if (finished)
            {
                truth.OnEnd();
            }

            return;
        }

        ReadOnlySpan<byte> peeked = Table.Peek(truth.Id);
        peeked = peeked[..Math.Min(peeked.Length, maxBytes)];
        truth.OnRead(peeked);
        Table.Advance(truth.Id, peeked.Length, _world.NowNs);
    }

    /// <summary>Builds one chunk; empty when there is none.</summary>
    public ReadOnlySpan<byte> Build(int lane)
    {
        int size = LaneFraming.ChunkOverheadBytes + _random.Next(1, _random.Next(2) == 0 ? ScpLimits.MaxChunkBytes : 2000);
        Priority? next = Table.NextPriority;
        int written = Table.BuildChunk(lane, _buffer.AsSpan(0, size));
        Assert.That(next is null && written > 0, Is.False, "a chunk was built though none was to be expected");
        return _buffer.AsSpan(0, written);
    }

    public void OnLaneUp(int lane) => _readers[lane] = new LaneReader();

    public void OnLaneLost(int lane)
    {
        _readers[lane] = null;
        Table.OnLaneLost(lane);
    }

    public void Receive(int lane, ReadOnlySpan<byte> bytes)
    {
        LaneReader reader = _readers[lane]!;
        while (reader.TryRead(ref bytes, out LaneItem item))
        {
            Assert.That(Table.HandleChunk(lane, item), Is.EqualTo(ErrorCode.None));
        }

        Assert.That(reader.Error, Is.EqualTo(ErrorCode.None));
    }

    public void TakeEvents()
    {
        while (Table.TryTakeEvent(out StreamEvent streamEvent))
        {
            StreamId id = streamEvent.Stream;
            switch (streamEvent.Kind)
            {
                case StreamEventKind.Opened:
                    Learn(id);
                    break;

                case StreamEventKind.Finished:
                    DirectionTruth finished = _world.Truth(id, !IsInitiator);
                    Assert.That(finished.SawFinishedEvent, Is.False, "finished twice");
                    finished.SawFinishedEvent = true;
                    if (!finished.SawEnd)
                    {
                        finished.OnEnd();
                    }

                    break;

                case StreamEventKind.ResetByPeer:
                    DirectionTruth reset = _world.Truth(id, !IsInitiator);
                    Assert.That(reset.IsReset || reset.IsStopped, Is.True, "a reset nobody asked for");
                    Assert.That(streamEvent.Code, Is.EqualTo(ErrorCode.Cancelled));
                    reset.SawReset = true;
                    break;

                case StreamEventKind.StoppedByPeer:
                    DirectionTruth stopped = _world.Truth(id, IsInitiator);
                    Assert.That(stopped.IsStopped, Is.True, "a stop nobody asked for");
                    Assert.That(streamEvent.Code, Is.EqualTo(ErrorCode.Overloaded));
                    stopped.SawStopped = true;
                    break;

                case StreamEventKind.SendCompleted:
                    DirectionTruth sent = _world.Truth(id, IsInitiator);
                    Assert.That(sent.SawEnd || sent.IsStopped, Is.True, "completed before the reader was through");
                    sent.SawSendCompleted = true;
                    break;

                default:
                    break;
            }
        }
    }

    public void CheckBounds()
    {
        long bytes = Options.SendBufferBytes + Options.SessionWindowBytes;
        long blocks = (bytes / BufferPool.BlockBytes) + (4L * Table.OpenStreams) + (2 * ScpLimits.MaxLanes);
        Assert.That(Table.Pool.RentedBlocks, Is.LessThanOrEqualTo(blocks));
        Assert.That(Table.BufferedBytes, Is.LessThanOrEqualTo(Options.SendBufferBytes));
        Assert.That(Table.OpenStreams, Is.LessThanOrEqualTo(Options.MaxLocalStreams + (2 * Options.MaxPeerStreams)));
    }

    private void Learn(StreamId id)
    {
        _known.Add(id);
        _world.Declare(id);
    }

    private DirectionTruth? PickOutgoing() => Pick(IsInitiator, id => !id.IsMessage || id.OpenedByInitiator == IsInitiator);

    private DirectionTruth? PickIncoming() => Pick(!IsInitiator, id => !id.IsMessage || id.OpenedByInitiator != IsInitiator);

    private DirectionTruth? Pick(bool fromInitiator, Func<StreamId, bool> hasDirection)
    {
        if (_known.Count == 0)
        {
            return null;
        }

        // Late streams more often than early ones, which tend to be over.
        StreamId id = _known[Math.Max(_random.Next(_known.Count), _random.Next(_known.Count))];
        return hasDirection(id) ? _world.Truth(id, fromInitiator) : null;
    }
}
