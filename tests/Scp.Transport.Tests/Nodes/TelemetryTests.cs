using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Scp.Transport.Tests.Nodes;

[CancelAfter(30_000)]
public sealed class TelemetryTests
{
    [Test]
    public async Task A_trace_follows_a_call_to_its_handler_and_on()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ScpTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        ActivityTraceId seen = default;
        await using NodePair pair = await NodePair.StartAsync(new ScpHandlers().OnRequest(1, request =>
        {
            seen = Activity.Current!.TraceId;
            return ValueTask.CompletedTask;
        }));
        using Activity caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        using ScpReply reply = await pair.Peer.CallAsync(1, default);
        Assert.That(reply.IsOk);
        Assert.That(seen, Is.EqualTo(caller.TraceId));
    }

    [Test]
    public async Task The_meter_shows_sessions_and_what_they_measured()
    {
        var seen = new ConcurrentDictionary<string, double>();
        await using NodePair pair = await NodePair.StartAsync(new ScpHandlers().OnRequest(1, _ => ValueTask.CompletedTask));
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == ScpTelemetry.Name)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        using ScpReply reply = await pair.Peer.CallAsync(1, default);
        listener.RecordObservableInstruments();
        _ = await pair.Peer.GetStatisticsAsync();
        listener.RecordObservableInstruments();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(seen["scp.calls"], Is.GreaterThanOrEqualTo(1));
            Assert.That(seen["scp.sessions"], Is.GreaterThanOrEqualTo(1));
            Assert.That(seen["scp.session.rtt"], Is.GreaterThan(0).And.LessThan(1));
            Assert.That(seen["scp.session.sent"], Is.GreaterThan(0));
        }
    }
}
