using Scp.PathModel;
using Scp.Protocol.Session;
using Simulation.Harness;

namespace Simulation.Experiments;

/// <summary>How much of a path the datagram lane finds when it is alone on it and never short of messages.</summary>
internal static class CapacityExperiment
{
    private const long SettleNs = 5 * SimTime.Second;

    /// <summary>Payload that arrives, in bits a second.</summary>
    public static double Run(PathProfile profile, long lengthNs, ulong seed)
    {
        var sender = new BulkSender();
        var receiver = new EchoServer(0);
        Lab lab = new Lab(profile, new EndpointOptions(), sender, receiver, seed).Connected();
        sender.Begin(lab.NowNs);
        lab.RunFor(SettleNs);
        long before = receiver.MessageBytes;
        lab.RunFor(lengthNs);
        return (receiver.MessageBytes - before) * 8.0 * SimTime.Second / lengthNs;
    }
}
