using Scp.PathModel;
using Scp.Protocol.Session;
using Simulation.Harness;

namespace Simulation.Experiments;

/// <summary>
/// The datagram lane, saturated, beside a flow with the congestion control of most of the world's traffic on one link. Neither
/// may starve the other.
/// </summary>
internal static class FairnessExperiment
{
    /// <summary>What each of the two keeps at least.</summary>
    public const double MinShare = 0.25;

    private const long RateBitsPerSecond = 20_000_000;
    private const long SettleNs = 10 * SimTime.Second;

    public static FairnessResult Run(long roundTripNs, long queueNs, long lengthNs, bool rivalIsFirst, ulong seed)
    {
        PathProfile profile = PathProfile.ForRoundTrip("shared", roundTripNs) with { RateBitsPerSecond = RateBitsPerSecond, QueueNs = queueNs };
        var sender = new BulkSender();
        var receiver = new EchoServer(0);
        Lab lab = new Lab(profile, new EndpointOptions(), sender, receiver, seed).Connected();
        var rival = new LossHalvingFlow(lab.There, lab.Back, seed);
        lab.Add(new RivalFlow(rival));
        Start(rivalIsFirst, rival, sender, lab);
        lab.RunFor(SettleNs);
        Start(!rivalIsFirst, rival, sender, lab);
        lab.RunFor(SettleNs);
        (long ours, long theirs) = (receiver.MessageBytes, rival.DeliveredBytes);
        lab.RunFor(lengthNs);
        double linkBytes = RateBitsPerSecond / 8.0 * lengthNs / SimTime.Second;
        return new FairnessResult((receiver.MessageBytes - ours) / linkBytes, (rival.DeliveredBytes - theirs) / linkBytes);
    }

    private static void Start(bool theRival, LossHalvingFlow rival, BulkSender sender, Lab lab)
    {
        if (theRival)
        {
            rival.Start(lab.NowNs);
        }
        else
        {
            sender.Begin(lab.NowNs);
        }
    }
}
