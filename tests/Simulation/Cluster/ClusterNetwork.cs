using Consensus;
using Consensus.Host;
using Scp.PathModel;
using Simulation.Cluster.Nodes;
using Simulation.Harness;
using Simulation.Network;

namespace Simulation.Cluster;

/// <summary>What nodes send each other, on its way: lost, late, twice, out of order or cut off, as the paths have it.</summary>
internal sealed class ClusterNetwork(ClusterServices services, PathTable paths, PathRandom random)
{
    private PathRandom _random = random;

    public PathTable Paths => paths;

    public void Send(ClusterNode from, NodeId to, ReadOnlySpan<byte> batch)
    {
        int target = (int)to.Value - 1;
        SimPath path = paths[from.Index, target];

        // Large batches go by a bulk lane, which carries any size.
        Scp.PathModel.Verdict verdict = path.Datagrams.Offer(services.Agenda.NowNs, Math.Min(batch.Length + 1, path.Profile.MtuBytes));
        services.Trace.Mix(batch);
        if (services.Trace.IsOn)
        {
            services.Trace.Write(services.Agenda.NowNs, $"{from.Id} to {to}: {Describe(from.Id, batch)}{(verdict.Copies > 0 ? "" : " LOST")}");
        }

        if (verdict.IsDropped)
        {
            return;
        }

        byte[] bytes = batch.ToArray();
        for (int copy = 0; copy < verdict.Copies; copy++)
        {
            Deliver(from.Id, target, bytes, verdict[copy].DeliverAtNs);
        }
    }

    /// <summary>A node that starts learns from its transport how far it is to the others, and they to it.</summary>
    public void Greet(ClusterNode node)
    {
        foreach (ClusterNode other in services.Nodes)
        {
            if (other != node)
            {
                NoteRoundTrip(node, other);
                NoteRoundTrip(other, node);
            }
        }
    }

    private void NoteRoundTrip(ClusterNode at, ClusterNode to)
    {
        long roundTripNs = paths.RoundTripNs(at.Index, to.Index);
        roundTripNs += _random.NextBelow((roundTripNs / 4) + 1);
        at.Process?.At(services.Agenda.NowNs + (200 * SimTime.Ms), () =>
        {
            foreach (Worker worker in at.Process.Workers)
            {
                worker.Post(new RoundTripMail(to.Id, roundTripNs));
            }
        });
    }

    private void Deliver(NodeId from, int target, byte[] bytes, long atNs) =>
        services.Agenda.At(atNs, () => services.Nodes[target].Process?.Receive(from, bytes));

    private static string Describe(NodeId from, ReadOnlySpan<byte> batch)
    {
        var mails = new WorkerMail?[1];
        return IncomingBatch.TryRead(from, batch, mails) && mails[0] is ReceivedMail { Messages: var messages }
            ? string.Join("; ", messages.Select(MessageText.Of))
            : "?";
    }
}
