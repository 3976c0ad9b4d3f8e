using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using LoadGen.Bulk;
using LoadGen.Measuring;

namespace LoadGen.Peers.Tcp;

/// <summary>What a user would write in a day: length-prefixed requests over plain connections, answered in order.</summary>
internal sealed class TcpServer : IPeerServer
{
    private const int BulkBufferBytes = 256 * 1024;
    private const int Backlog = 64;

    private readonly Socket _listener;
    private readonly TcpSettings _settings;
    private readonly Responder _responder = new(new BulkLedger());
    private readonly Action<string> _report;
    private readonly Task _accepting;

    public TcpServer(TcpSettings settings, Action<string> report)
    {
        _settings = settings;
        _report = report;
        _listener = TcpSocket.Bind(settings.Address, settings.CongestionControl);
        _listener.Listen(Backlog);
        LocalEndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        _accepting = AcceptAsync();
    }

    public IPEndPoint LocalEndPoint { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptAsync().ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The listener was closed, which ends the server.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (_settings.Keys is not null)
            {
                stream = await TcpTls.AcceptAsync(stream, _settings.Keys).ConfigureAwait(false);
            }

            await using (stream.ConfigureAwait(false))
            {
                byte[] kind = new byte[1];
                await stream.ReadExactlyAsync(kind).ConfigureAwait(false);
                await (kind[0] == TcpFrame.Bulk ? TakeBulkAsync(stream) : AnswerAsync(stream)).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException or System.Security.Authentication.AuthenticationException)
        {
            _report($"A connection ended: {e.Message}");
        }
    }

    private async Task AnswerAsync(Stream stream)
    {
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(minimumBufferSize: 64 * 1024, leaveOpen: true));
        while (true)
        {
            ReadResult read = await input.ReadAsync().ConfigureAwait(false);
            ReadOnlySequence<byte> rest = read.Buffer;
            while (TryAnswer(ref rest, output))
            {
            }

            input.AdvanceTo(rest.Start, rest.End);
            _ = await output.FlushAsync().ConfigureAwait(false);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private bool TryAnswer(ref ReadOnlySequence<byte> rest, PipeWriter output)
    {
        ReadOnlySpan<byte> bytes = rest.IsSingleSegment ? rest.FirstSpan : rest.ToArray();
        if (!TcpFrame.TryRead(bytes, RequestFormat.MaxBytes, out ulong number, out Range payload))
        {
            return false;
        }

        Span<byte> scratch = stackalloc byte[Responder.ScratchBytes];
        ReadOnlySpan<byte> reply = _responder.Answer(bytes[payload], scratch);
        Span<byte> room = output.GetSpan(TcpFrame.HeaderBytes + reply.Length);
        TcpFrame.WriteHeader(room, reply.Length, number);
        reply.CopyTo(room[TcpFrame.HeaderBytes..]);
        output.Advance(TcpFrame.HeaderBytes + reply.Length);
        rest = rest.Slice(payload.End.Value);
        return true;
    }

    private async Task TakeBulkAsync(Stream stream)
    {
        var sink = new BulkSink(_responder.Ledger);
        byte[] buffer = new byte[BulkBufferBytes];
        while (await stream.ReadAsync(buffer).ConfigureAwait(false) is var length && length > 0)
        {
            sink.Take(buffer.AsSpan(0, length));
        }

        BulkFormat.WriteReceipt(buffer, sink.Receipt);
        await stream.WriteAsync(buffer.AsMemory(0, BulkFormat.ReceiptBytes)).ConfigureAwait(false);
        if (stream is SslStream secure)
        {
            await secure.ShutdownAsync().ConfigureAwait(false);
        }
    }
}
