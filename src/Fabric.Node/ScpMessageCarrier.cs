using Consensus;
using Scp.Protocol;
using Scp.Transport;

namespace Fabric.Node;

/// <summary>
/// Carries consensus over SCP: each batch is a one-way message that is delivered at most once, before requests and bulk.
/// It never waits. What finds no session, or no room in it, is dropped and counted; hosts ask again for what matters.
/// <para>
/// What arrives is handed to the host on the transport's own thread: the host decodes it and leaves the rest to its workers.
/// </para>
/// </summary>
public sealed class ScpMessageCarrier(NodeLinks links) : IMessageCarrier
{
    private static readonly CallOptions Options = new() { Priority = Priority.Consensus };
    private static readonly CallOptions BulkOptions = new() { Priority = Priority.Bulk };

    private IConsensusHost? _host;
    private long _sent;
    private long _unlinked;
    private long _crowded;
    private long _tooLarge;
    private long _received;
    private long _strange;

    public CarrierFigures Figures => new(
        Interlocked.Read(ref _sent),
        Interlocked.Read(ref _unlinked),
        Interlocked.Read(ref _crowded),
        Interlocked.Read(ref _tooLarge),
        Interlocked.Read(ref _received),
        Interlocked.Read(ref _strange));

    /// <summary>Adds what arrives from other nodes' carriers.</summary>
    public ScpHandlers Register(ScpHandlers handlers)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        return handlers.OnMessage(NodeTopics.Consensus, Take, HandlerThread.Inline);
    }

    /// <summary>Names the host, which needs its carrier before it can be: from here on it is given what arrives, and what the links measure.</summary>
    public void Serve(IConsensusHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        Volatile.Write(ref _host, host);
        links.OnRoundTrip = host.NoteRoundTrip;
    }

    public void Send(NodeId to, ReadOnlySpan<byte> batch) => Send(to, batch, Options);

    public void SendBulk(NodeId to, ReadOnlySpan<byte> part) => Send(to, part, BulkOptions);

    private void Send(NodeId to, ReadOnlySpan<byte> batch, in CallOptions options)
    {
        if (batch.Length > ScpLimits.MaxMessageBytes)
        {
            _ = Interlocked.Increment(ref _tooLarge);
        }
        else if (links.Find(to) is not { } session)
        {
            _ = Interlocked.Increment(ref _unlinked);
        }
        else
        {
            _ = Interlocked.Increment(ref session.TrySend(NodeTopics.Consensus, batch, options) ? ref _sent : ref _crowded);
        }
    }

    private ValueTask Take(ScpMessage message)
    {
        if (Volatile.Read(ref _host) is { } host && links.TryGetNode(message.Peer, out NodeId from))
        {
            _ = Interlocked.Increment(ref _received);
            host.Receive(from, message.Payload.Span);
        }
        else
        {
            _ = Interlocked.Increment(ref _strange);
        }

        return ValueTask.CompletedTask;
    }
}
