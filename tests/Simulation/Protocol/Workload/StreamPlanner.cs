using Scp.PathModel;
using Scp.Protocol;
using Simulation.Harness;

namespace Simulation.Protocol.Workload;

/// <summary>Draws streams: how much flows each way, how fast it is written and read, and who gives up when.</summary>
internal sealed class StreamPlanner(TrafficMix mix, PathRandom random)
{
    private const int SlowStepBytes = 8 * 1024;

    /// <summary>A slow side takes no more steps than this, so that the slowest stream ends within some seconds.</summary>
    private const int MaxSlowSteps = 60;

    private PathRandom _random = random;
    private uint _numbers;

    public StreamFlow Draw()
    {
        uint number = ++_numbers;
        return new StreamFlow(number)
        {
            Priority = _random.Chance(0.7) ? Priority.Bulk : Priority.Request,
            There = DrawLeg(number, 0),
            Back = DrawLeg(number, 1),
        };
    }

    private StreamLeg DrawLeg(uint number, int leg)
    {
        long totalBytes = DrawBytes() + (leg == 0 ? StreamLeg.HeaderBytes : 0);
        bool isSlow = totalBytes < MaxSlowSteps * SlowStepBytes && _random.Chance(0.3);
        bool writerIsSlow = isSlow && _random.Chance(0.5);
        long pauseNs = _random.NextBetween(SimTime.Ms, 80 * SimTime.Ms);
        return new StreamLeg(number, leg)
        {
            TotalBytes = totalBytes,
            ResetAtBytes = _random.Chance(0.1) ? _random.NextBelow(totalBytes + 1) : StreamLeg.Never,
            StopAtBytes = _random.Chance(0.1) ? _random.NextBelow(totalBytes + 1) : StreamLeg.Never,
            WriteStepBytes = writerIsSlow ? (int)_random.NextBetween((totalBytes / MaxSlowSteps) + 1, SlowStepBytes) : StreamTraffic.MaxStepBytes,
            WritePauseNs = writerIsSlow ? pauseNs : 0,
            ReadStepBytes = isSlow && !writerIsSlow ? SlowStepBytes : StreamTraffic.MaxStepBytes,
            ReadPauseNs = isSlow && !writerIsSlow ? pauseNs : 0,
        };
    }

    private long DrawBytes() => _random.NextBelow(10) switch
    {
        0 => 0,
        < 5 => _random.NextBelow(10_000),
        < 8 => _random.NextBelow(Math.Min(200_000, mix.MaxStreamBytes)),
        _ => _random.NextBelow(mix.MaxStreamBytes),
    };
}
