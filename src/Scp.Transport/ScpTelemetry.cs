using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Scp.Protocol.Messages;

namespace Scp.Transport;

/// <summary>Metrics and traces of all nodes in the process, for whoever listens to the meter and source named here.</summary>
public static class ScpTelemetry
{
    public const string MeterName = "Scp.Transport";

    internal static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> HandshakesRefused = Meter.CreateCounter<long>(
        "scp.handshakes.refused", "{connection}", "Connections closed before any handshake, by reason: rate, room, plain.");

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

    /// <summary>The place in a trace that the current code runs in.</summary>
    internal static TraceContext? CurrentTrace()
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C } activity)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[TraceContext.Size];
        activity.TraceId.CopyTo(bytes);
        activity.SpanId.CopyTo(bytes[16..]);
        bytes[24] = (byte)activity.ActivityTraceFlags;
        return TraceContext.Parse(bytes);
    }

    internal static void OnHandshakeRefused(string reason) => HandshakesRefused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal static void OnHandshakeFailed() => HandshakesFailed.Add(1);

    internal static void OnAcceptFailed(SocketError error) => AcceptsFailed.Add(1, new KeyValuePair<string, object?>("error", error));

    internal static void OnHelloTimedOut() => HelloTimeouts.Add(1);

    internal static void OnHandlerFailed() => HandlerFailures.Add(1);

    internal static void OnCallbackFailed() => CallbackFailures.Add(1);

    internal static void OnMessageWithoutHandler() => WithoutHandler.Add(1);
}
