using System.Globalization;
using Scp.Protocol.Session;

namespace Simulation.Protocol.Nodes;

/// <summary>Events as a trace shows them.</summary>
internal static class EventText
{
    public static string Of(in SessionEvent item) => item.Kind switch
    {
        SessionEventKind.Request or SessionEventKind.Message =>
            string.Create(CultureInfo.InvariantCulture, $"{item.Kind} {item.Id}, op {item.Topic}, {item.Payload.Length} B, {item.Priority}"),
        SessionEventKind.Completed =>
            string.Create(CultureInfo.InvariantCulture, $"op {item.Context} completed: {item.Outcome}, {item.Status}, {item.Code}, {item.Payload.Length} B"),
        SessionEventKind.Cancelled => $"{item.Kind} {item.Id}",
        SessionEventKind.Closed => $"{item.Kind}: {item.Code}",
        SessionEventKind.StreamReset or SessionEventKind.StreamStopped => $"{item.Kind} {item.Stream}: {item.Code}",
        >= SessionEventKind.StreamOpened and <= SessionEventKind.StreamSent => $"{item.Kind} {item.Stream}",
        _ => item.Kind.ToString(),
    };
}
