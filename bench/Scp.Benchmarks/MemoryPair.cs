using System.Buffers.Binary;
using Scp.Protocol;
using Scp.Protocol.Crypto;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;

namespace Scp.Benchmarks;

/// <summary>
/// Two endpoints in one thread, joined by nothing: what one polls the other handles at once. The clock is a counter that
/// advances a little with every exchange, so acknowledgements and timers behave as on a fast network.
/// </summary>
internal sealed class MemoryPair
{
    private const long TickNs = 20_000;
    private const long ConnectTickNs = 1_000_000;

    private readonly ScpEndpoint _clientEndpoint;
    private readonly ScpEndpoint _serverEndpoint;
    private readonly ScpSession _client;
    private readonly ScpSession _server;
    private readonly byte[] _buffer = new byte[128 * 1024];
    private readonly byte[] _request;
    private readonly byte[] _reply;
    private long _nowNs = 1_000_000_000;
    private int _completed;

    public MemoryPair(PacketProtectionFactory protection, int requestBytes, int replyBytes)
    {
        var options = new EndpointOptions { Protection = protection, MaxDatagramBytes = ScpLimits.BaseDatagramBytes };
        _clientEndpoint = new ScpEndpoint(options, new CountingEntropy(1));
        _serverEndpoint = new ScpEndpoint(options, new CountingEntropy(1_000_000));
        _request = new byte[requestBytes];
        _reply = new byte[replyBytes];
        _client = _clientEndpoint.Connect("server", new PathId(2), _nowNs);
        LaneId clientLane = _clientEndpoint.OpenLane(_client, _nowNs);
        LaneId serverLane = _serverEndpoint.AcceptLane("client", _nowNs);
        ScpSession? accepted = null;
        for (int i = 0; i < 100; i++)
        {
            Step(ConnectTickNs);
            int bytes = _clientEndpoint.PollLane(clientLane, _buffer, _nowNs);
            _ = _serverEndpoint.HandleLane(serverLane, _buffer.AsSpan(0, bytes), _nowNs);
            bytes = _serverEndpoint.PollLane(serverLane, _buffer, _nowNs);
            _ = _clientEndpoint.HandleLane(clientLane, _buffer.AsSpan(0, bytes), _nowNs);
            if (accepted is null && !_serverEndpoint.TryTakeAccepted(out accepted))
            {
                continue;
            }

            _server = accepted;
            Exchange();
        }

        if (_server is null || !_client.GetStatistics(_nowNs).DatagramsOpen || !_server.GetStatistics(_nowNs).DatagramsOpen)
        {
            throw new InvalidOperationException("The pair did not come up.");
        }
    }

    /// <summary>Runs calls until as many have been answered, with so many under way.</summary>
    public int Run(int calls, int underWay)
    {
        _completed = 0;
        int started = 0;
        while (_completed < calls)
        {
            while (started < calls && started - _completed < underWay)
            {
                SendStatus status = _client.TrySend(MessageKind.Request, _request, new MessageOptions { Context = started }, _nowNs, out _);
                if (status != SendStatus.Accepted)
                {
                    throw new InvalidOperationException($"A call was refused: {status}.");
                }

                started++;
            }

            Step(TickNs);
            Exchange();
        }

        return _completed;
    }

    private void Step(long durationNs)
    {
        _nowNs += durationNs;
        if (_client is not null && _client.PollTimeout() <= _nowNs)
        {
            _client.HandleTimeout(_nowNs);
        }

        if (_server is not null && _server.PollTimeout() <= _nowNs)
        {
            _server.HandleTimeout(_nowNs);
        }
    }

    private void Exchange()
    {
        while (_client.PollTransmit(_buffer, _nowNs, out Transmit transmit))
        {
            _ = _serverEndpoint.HandleDatagram(new PathId(1), _buffer.AsSpan(0, transmit.Length), _nowNs);
            while (_server.PollEvent(_nowNs, out SessionEvent item))
            {
                if (item.Kind == SessionEventKind.Request)
                {
                    _ = _server.Reply(item.Id, ReplyStatus.Ok, ErrorCode.None, _reply, _nowNs);
                }
            }
        }

        while (_server.PollTransmit(_buffer, _nowNs, out Transmit transmit))
        {
            _ = _clientEndpoint.HandleDatagram(new PathId(2), _buffer.AsSpan(0, transmit.Length), _nowNs);
        }

        while (_client.PollEvent(_nowNs, out SessionEvent item))
        {
            _completed += item is { Kind: SessionEventKind.Completed, Outcome: CallOutcome.Replied } ? 1 : 0;
        }
    }

    private sealed class CountingEntropy(ulong start) : IEntropySource
    {
        private ulong _next = start;

        public void Fill(Span<byte> destination)
        {
            Span<byte> word = stackalloc byte[sizeof(ulong)];
            for (int i = 0; i < destination.Length; i += sizeof(ulong))
            {
                BinaryPrimitives.WriteUInt64LittleEndian(word, ++_next * 0x9E3779B97F4A7C15);
                word[..Math.Min(sizeof(ulong), destination.Length - i)].CopyTo(destination[i..]);
            }
        }
    }
}
