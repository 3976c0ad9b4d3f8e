using Scp.Protocol.Lanes;
using Scp.Protocol.Streams;

namespace Scp.Protocol.Tests.Streams;

/// <summary>Two tables with nothing between them but perfect lanes and perfect packets, moved by hand.</summary>
internal sealed class TablePair
{
    private readonly byte[] _frame = new byte[LaneFraming.MaxFrameBytes];
    private readonly LaneReader[] _readers = [.. Enumerable.Range(0, 2 * ScpLimits.MaxLanes).Select(_ => new LaneReader())];

    public TablePair(Func<StreamTableOptions, StreamTableOptions>? configure = null)
    {
        configure ??= options => options;
        A = new StreamTable(configure(new StreamTableOptions { IsInitiator = true }));
        B = new StreamTable(configure(new StreamTableOptions { IsInitiator = false }));
    }

    public StreamTable A { get; }

    public StreamTable B { get; }

    public StreamTable Other(StreamTable table) => table == A ? B : A;

    /// <summary>Opens a stream at A and lets B learn of it.</summary>
    public StreamId Open(bool isMessage = false, Priority priority = Priority.Request)
    {
        Assert.That(A.TryOpen(isMessage, priority, out StreamId id), Is.True);
        return id;
    }

    /// <summary>Builds the next chunk of a table and only says what it is.</summary>
    public ChunkHeader Build(StreamTable from, int lane = 0, int maxFrameBytes = LaneFraming.MaxFrameBytes)
    {
        int written = from.BuildChunk(lane, _frame.AsSpan(0, maxFrameBytes));
        Assert.That(written, Is.Positive, "there is a chunk to build");
        ReadOnlySpan<byte> bytes = _frame.AsSpan(0, written);
        Assert.That(new LaneReader().TryRead(ref bytes, out LaneItem item), Is.True);
        return item.Chunk;
    }

    /// <summary>Moves one chunk; false when there was none.</summary>
    public bool MoveChunk(StreamTable from, int lane = 0)
    {
        int written = from.BuildChunk(lane, _frame);
        ReadOnlySpan<byte> bytes = _frame.AsSpan(0, written);
        while (_readers[(2 * lane) + (from == A ? 0 : 1)].TryRead(ref bytes, out LaneItem item))
        {
            Assert.That(Other(from).HandleChunk(lane, item), Is.EqualTo(ErrorCode.None));
        }

        return written > 0;
    }

    /// <summary>Moves all control frames one way and confirms them.</summary>
    public List<StreamControl> MoveControl(StreamTable from)
    {
        List<StreamControl> moved = [];
        while (from.TryTakeControl(out StreamControl control))
        {
            moved.Add(control);
            Assert.That(Other(from).Handle(control), Is.EqualTo(ErrorCode.None));
            from.OnControlAcked(control);
        }

        return moved;
    }

    /// <summary>Moves everything both ways until nothing is left to move.</summary>
    public void Settle()
    {
        bool moved = true;
        while (moved)
        {
            moved = MoveChunk(A) | MoveChunk(B);
            moved |= MoveControl(A).Count > 0 | MoveControl(B).Count > 0;
        }
    }

    public static List<StreamEventKind> Events(StreamTable table, StreamId id)
    {
        List<StreamEventKind> kinds = [];
        while (table.TryTakeEvent(out StreamEvent streamEvent))
        {
            Assert.That(streamEvent.Stream, Is.EqualTo(id));
            kinds.Add(streamEvent.Kind);
        }

        return kinds;
    }

    public static byte[] ReadAll(StreamTable table, StreamId id, out bool finished)
    {
        byte[] bytes = new byte[1 << 20];
        return bytes[..table.Read(id, bytes, 0, out finished)];
    }

    /// <summary>Hands a table one chunk that no honest peer need have sent.</summary>
    public static ErrorCode Inject(StreamTable table, ChunkHeader header, ReadOnlySpan<byte> data, int lane = 0)
    {
        var begin = new LaneItem { Kind = LaneItemKind.ChunkHeader, Chunk = header, ChunkDataBytes = data.Length };
        ErrorCode error = table.HandleChunk(lane, begin);
        return error != ErrorCode.None || data.IsEmpty
            ? error
            : table.HandleChunk(lane, new LaneItem { Kind = LaneItemKind.ChunkData, Bytes = data });
    }
}
