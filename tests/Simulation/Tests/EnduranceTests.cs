using Scp.PathModel;
using Scp.Protocol.Session;
using Simulation.Experiments;
using Simulation.Harness;

namespace Simulation.Tests;

/// <summary>A session that lives long, on a bad path and with lanes that break, comes to need no more than it did early on.</summary>
[NonParallelizable]
public sealed class EnduranceTests
{
    private const long SpanNs = 300 * SimTime.Second;
    private const long BreakNs = 5 * SimTime.Second;
    private const long CalmNs = 30 * SimTime.Second;
    private const long MaxGrowthBytes = 256 * 1024;

    [Test]
    public void It_holds_and_allocates_no_more_as_time_passes()
    {
        var client = new EnduranceClient();
        Lab lab = new Lab(PathProfiles.Bad, new EndpointOptions(), client, new EnduranceServer(), seed: 1).Connected();
        _ = Live(lab, client);
        long heldAtFirst = GC.GetTotalMemory(forceFullCollection: true);
        long allocatedEarly = Live(lab, client);
        long allocatedLate = Live(lab, client);
        long heldAtLast = GC.GetTotalMemory(forceFullCollection: true);

        SessionStatistics statistics = lab.ClientSession.GetStatistics(lab.NowNs);
        TestContext.Out.WriteLine(
            $"{client.Replied} calls, {client.StreamsFinished} streams, {statistics.Resumes} resumes; held {heldAtFirst} then {heldAtLast} bytes; allocated {allocatedEarly} then {allocatedLate}");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(client.Replied, Is.GreaterThan(80_000));
            Assert.That(client.StreamsFinished, Is.GreaterThan(2_000));
            Assert.That(statistics.Resumes, Is.GreaterThan(100));
            Assert.That(heldAtLast - heldAtFirst, Is.LessThan(MaxGrowthBytes), "bytes held");
            Assert.That(allocatedLate, Is.LessThan(allocatedEarly + (allocatedEarly / 4)), "bytes allocated later");
        }
    }

    /// <summary>Traffic and trouble for a while, then calm until all has ended; returns what was allocated meanwhile.</summary>
    private static long Live(Lab lab, EnduranceClient client)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        client.Begin(lab.NowNs);
        lab.BreakLanes(BreakNs, SpanNs);
        lab.RunFor(SpanNs);
        client.Pause();
        lab.RunFor(CalmNs);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
