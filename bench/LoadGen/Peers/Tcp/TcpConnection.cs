using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using LoadGen.Measuring;

namespace LoadGen.Peers.Tcp;

/// <summary>
/// One connection with many requests under way. Whoever sends while nobody writes, writes; what others add meanwhile goes
/// with the next write, so that neither a thread nor a delay stands between a request and the socket.
/// </summary>
internal sealed class TcpConnection : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly ConcurrentDictionary<ulong, PendingCall> _pending = new();
    private readonly Lock _lock = new();
    private readonly Task _receiving;
    private ArrayBufferWriter<byte> _waiting = new(64 * 1024);
    private ArrayBufferWriter<byte> _underWay = new(64 * 1024);
    private ulong _numbers;
    private bool _isWriting;

    public TcpConnection(Stream stream)
    {
        _stream = stream;
        _receiving = ReceiveAsync();
    }

    public async ValueTask<int> CallAsync(ReadOnlyMemory<byte> request, Memory<byte> reply, CancellationToken cancellation)
    {
        var call = new PendingCall(reply);
        ulong number = Interlocked.Increment(ref _numbers);
        _pending[number] = call;
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static call => ((PendingCall)call!).Fail(), call);
        bool isWriter = Append(request.Span, number);
        if (isWriter)
        {
            _ = WriteAsync();
        }

        int length = await call.Result.ConfigureAwait(false);
        _ = _pending.TryRemove(number, out _);
        return length;
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
    }

    /// <summary>True for the one who now has to write.</summary>
    private bool Append(ReadOnlySpan<byte> request, ulong number)
    {
        lock (_lock)
        {
            Span<byte> room = _waiting.GetSpan(TcpFrame.HeaderBytes + request.Length);
            TcpFrame.WriteHeader(room, request.Length, number);
            request.CopyTo(room[TcpFrame.HeaderBytes..]);
            _waiting.Advance(TcpFrame.HeaderBytes + request.Length);
            bool isWriter = !_isWriting;
            _isWriting = true;
            return isWriter;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                lock (_lock)
                {
                    if (_waiting.WrittenCount == 0)
                    {
                        _isWriting = false;
                        return;
                    }

                    (_waiting, _underWay) = (_underWay, _waiting);
                }

                await _stream.WriteAsync(_underWay.WrittenMemory).ConfigureAwait(false);
                _underWay.ResetWrittenCount();
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The reader sees the same end of the connection, and tells those who wait.
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            var input = PipeReader.Create(_stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
            while (true)
            {
                ReadResult read = await input.ReadAsync().ConfigureAwait(false);
                ReadOnlySequence<byte> rest = read.Buffer;
                while (TryComplete(ref rest))
                {
                }

                input.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidDataException)
        {
            // Over; those who wait are told below.
        }
        finally
        {
            foreach (PendingCall call in _pending.Values)
            {
                call.Fail();
            }
        }
    }

    private bool TryComplete(ref ReadOnlySequence<byte> rest)
    {
        ReadOnlySpan<byte> bytes = rest.IsSingleSegment ? rest.FirstSpan : rest.ToArray();
        if (!TcpFrame.TryRead(bytes, RequestFormat.MaxBytes, out ulong number, out Range payload))
        {
            return false;
        }

        if (_pending.TryGetValue(number, out PendingCall? call))
        {
            call.Succeed(bytes[payload]);
        }

        rest = rest.Slice(payload.End.Value);
        return true;
    }
}
