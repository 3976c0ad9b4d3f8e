using System.Runtime.CompilerServices;
using Scp.Protocol.Lanes;

namespace Scp.Protocol.Streams;

/// <summary>
/// The chunk that each lane is in the middle of. Plain data goes on to its stream piece by piece, so what a lane
/// delivered before it broke is not lost; a compressed chunk is collected first, and counts for nothing until whole.
/// </summary>
internal sealed class ChunkIntake
{
    private readonly LaneState[] _lanes = new LaneState[ScpLimits.MaxLanes];
    private readonly BufferPool _pool;
    private readonly IBlockCodec? _codec;

    public ChunkIntake(BufferPool pool, IBlockCodec? codec)
    {
        _pool = pool;
        _codec = codec;
    }

    private struct LaneState
    {
        public StreamEntry? Target;
        public long Offset;
        public int Remaining;
        public int RawLength;
        public byte[]? Collected;
        public int CollectedBytes;
    }

    public bool CanDecompress => _codec is not null;

    /// <summary>A chunk begins; without a target its data is dropped.</summary>
    public void Begin(int lane, StreamEntry? target, in ChunkHeader header, int dataBytes)
    {
        ref LaneState state = ref _lanes[lane];
        Abort(lane);
        state.Target = target;
        state.Offset = header.Offset;
        state.Remaining = dataBytes;
        state.RawLength = header.RawLength;
        state.Collected = header.Compressed && target is not null ? _pool.Rent() : null;
        state.CollectedBytes = 0;
    }

    /// <summary>More data of the chunk came; names the stream that it reached, if any.</summary>
    public ErrorCode Continue(int lane, ReadOnlySpan<byte> data, out StreamEntry? target)
    {
        ref LaneState state = ref _lanes[lane];
        if (data.Length > state.Remaining)
        {
            ThrowPastEnd();
        }

        state.Remaining -= data.Length;
        target = null;
        if (state.Target is not { Removed: false, Receive: { IsReset: false } receive } entry)
        {
            EndIfComplete(lane);
            return ErrorCode.None;
        }

        if (state.Collected is { } collected)
        {
            data.CopyTo(collected.AsSpan(state.CollectedBytes));
            state.CollectedBytes += data.Length;
            if (state.Remaining > 0)
            {
                return ErrorCode.None;
            }

            target = entry;
            ErrorCode error = Decompress(receive, state);
            Abort(lane);
            return error;
        }

        target = entry;
        long offset = state.Offset;
        state.Offset += data.Length;
        EndIfComplete(lane);
        return receive.TryStore(offset, data) ? ErrorCode.None : ErrorCode.LimitExceeded;
    }

    /// <summary>Drops what the lane was in the middle of.</summary>
    public void Abort(int lane)
    {
        ref LaneState state = ref _lanes[lane];
        if (state.Collected is { } collected)
        {
            _pool.Return(collected);
        }

        state = default;
    }

    private void EndIfComplete(int lane)
    {
        if (_lanes[lane].Remaining == 0)
        {
            Abort(lane);
        }
    }

    private ErrorCode Decompress(ReceiveStream receive, in LaneState state)
    {
        byte[] block = _pool.Rent();
        Span<byte> raw = block.AsSpan(0, state.RawLength);
        ErrorCode error = !_codec!.TryDecompress(state.Collected.AsSpan(0, state.CollectedBytes), raw) ? ErrorCode.Malformed
            : receive.TryStore(state.Offset, raw) ? ErrorCode.None
            : ErrorCode.LimitExceeded;
        _pool.Return(block);
        return error;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowPastEnd() => throw new InvalidOperationException("A chunk was given more data than it announced.");
}
