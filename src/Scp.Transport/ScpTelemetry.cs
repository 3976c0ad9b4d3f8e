using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Scp.Protocol.Messages;
using Scp.Protocol.Session;

namespace Scp.Transport;

/// <summary>Metrics and traces of all nodes in the process, for whoever listens to the meter and the source of this name.</summary>
public static class ScpTelemetry
{
    public const string Name = "Scp.Transport";

    private static readonly ConcurrentDictionary<ScpNode, bool> Nodes = new();
    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Calls = Meter.CreateCounter<long>(
        "scp.calls", "{call}", "Calls of this side that ended, by outcome.");

    private static readonly Counter<long> HandshakesRefused = Meter.CreateCounter<long>(
        "scp.handshakes.refused", "{connection}", "Connections closed before any handshake, by reason: rate, room, share, plain.");

    private static readonly Counter<long> HandshakesFailed = Meter.CreateCounter<long>(
        "scp.handshakes.failed", "{connection}", "Accepted connections whose handshake failed.");

    private static readonly Counter<long> AcceptsFailed = Meter.CreateCounter<long>(
        "scp.accepts.failed", "{connection}", "Connections that could not be accepted.");

    private static readonly Counter<long> HelloTimeouts = Meter.CreateCounter<long>(
        "scp.hello.timeouts", "{connection}", "Connections whose peer said no hello in time.");

    private static readonly Counter<long> HandlerFailures = Meter.CreateCounter<long>(
        "scp.handlers.failed", "{message}", "Requests and messages whose handler threw.");

    private static readonly Counter<long> CallbackFailures = Meter.CreateCounter<long>(
        "scp.callbacks.failed", "{callback}", "Reports of a problem whose listener threw.");

    private static readonly Counter<long> WithoutHandler = Meter.CreateCounter<long>(
        "scp.messages.unhandled", "{message}", "One-way messages for a topic that nobody handles.");

    static ScpTelemetry()
    {
        _ = Meter.CreateObservableGauge("scp.sessions", static () => Nodes.Keys.Sum(node => node.Peers.Count()), "{session}", "Sessions that are up.");
        Observe("scp.session.rtt", "s", "Smoothed round trip.", static session => session.SmoothedRttNs * 1e-9);
        Observe("scp.session.jitter", "s", "Mean deviation of the round trip.", static session => session.JitterNs * 1e-9);
        Observe("scp.session.loss", "1", "Estimated share of packets that are lost.", static session => session.LossPpm * 1e-6);
        Observe("scp.session.suspicion", "1", "Phi: suspicion that the peer is gone.", static session => session.Suspicion);
        Observe("scp.session.sent", "By", "Bytes sent by datagram, headers included.", static session => session.BytesSent);
        Observe("scp.session.received", "By", "Bytes received by datagram, headers included.", static session => session.BytesReceived);
        Observe("scp.session.redundant", "By", "Of the bytes sent: parity, copies, repeats.", static session => session.RedundantBytesSent + session.UrgentBytesSent);
    }

    internal static void Add(ScpNode node) => Nodes[node] = true;

    internal static void Remove(ScpNode node) => _ = Nodes.TryRemove(node, out _);

    /// <summary>The place in a trace that the current code runs in.</summary>
    internal static TraceContext? CurrentTrace()
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C } activity)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[TraceContext.Size];
        activity.TraceId.CopyTo(bytes[..16]);
        activity.SpanId.CopyTo(bytes.Slice(16, 8));
        bytes[24] = (byte)activity.ActivityTraceFlags;
        return TraceContext.Parse(bytes);
    }

    /// <summary>Continues the caller's trace in a handler; null when nobody listens.</summary>
    internal static Activity? BeginHandler(uint topic, TraceContext? caller)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        Activity? activity = Source.StartActivity("scp.handle", ActivityKind.Server, ParentOf(caller));
        _ = activity?.SetTag("scp.topic", topic);
        return activity;
    }

    internal static void OnCallEnded(CallOutcome outcome)
    {
        if (Calls.Enabled)
        {
            Calls.Add(1, new KeyValuePair<string, object?>("outcome", outcome.ToString()));
        }
    }

    internal static void OnHandshakeRefused(string reason) => HandshakesRefused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal static void OnHandshakeFailed() => HandshakesFailed.Add(1);

    internal static void OnAcceptFailed(SocketError error) => AcceptsFailed.Add(1, new KeyValuePair<string, object?>("error", error.ToString()));

    internal static void OnHelloTimedOut() => HelloTimeouts.Add(1);

    internal static void OnHandlerFailed() => HandlerFailures.Add(1);

    internal static void OnCallbackFailed() => CallbackFailures.Add(1);

    internal static void OnMessageWithoutHandler() => WithoutHandler.Add(1);

    private static ActivityContext ParentOf(TraceContext? caller)
    {
        if (caller is not { } trace)
        {
            return default;
        }

        Span<byte> bytes = stackalloc byte[TraceContext.Size];
        trace.Format(bytes);
        return new ActivityContext(
            ActivityTraceId.CreateFromBytes(bytes[..16]),
            ActivitySpanId.CreateFromBytes(bytes.Slice(16, 8)),
            (ActivityTraceFlags)bytes[24],
            isRemote: true);
    }

    private static void Observe(string name, string unit, string description, Func<SessionStatistics, double> value) =>
        Meter.CreateObservableGauge(name, () => Measure(value), unit, description);

    private static IEnumerable<Measurement<double>> Measure(Func<SessionStatistics, double> value)
    {
        foreach (ScpNode node in Nodes.Keys)
        {
            foreach (ScpPeer peer in node.Peers)
            {
                if (peer.LookAtStatistics() is { } statistics)
                {
                    yield return new Measurement<double>(
                        value(statistics),
                        new KeyValuePair<string, object?>("node", node.LocalEndPoint.ToString()),
                        new KeyValuePair<string, object?>("peer", peer.Name));
                }
            }
        }
    }
}
