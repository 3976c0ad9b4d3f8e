using LoadGen.Cli;
using LoadGen.Measuring;

namespace LoadGen.Raft;

/// <summary>Kills the leader's process and waits for the first command that was proposed after that and is applied.</summary>
internal static class RaftFailover
{
    private const int ValueBytes = 256;

    /// <summary>As long as etcd's clients are given in the same measurement.</summary>
    private const int AttemptMs = 100;

    private const double SteadySeconds = 0.5;
    private const double LimitSeconds = 30;

    /// <summary>The milliseconds, and the node that was killed.</summary>
    public static async Task<(double Ms, int Killed)> MeasureAsync(RaftCluster cluster, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(LimitSeconds));
        var nodes = RaftNodes.Take(new Arguments(["--nodes", cluster.Nodes]));
        var client = new RaftClient(nodes, groups: 1, cluster.Keys, TimeSpan.FromMilliseconds(AttemptMs));
        await using (client.ConfigureAwait(false))
        {
            byte[] request = RaftFormat.CreateRequest(1, ValueBytes);
            long steadyNs = Clock.NowNs + Clock.Ns(SteadySeconds);
            do
            {
                await ProposeAsync(client, request, limit.Token).ConfigureAwait(false);
            }
            while (Clock.NowNs < steadyNs);

            int leader = (int)client.LeaderOf(1).Value;
            long killedNs = Clock.NowNs;
            Task killing = cluster.KillAsync(leader);
            await ProposeAsync(client, request, limit.Token).ConfigureAwait(false);
            double ms = Clock.Seconds(Clock.NowNs - killedNs) * 1000;
            await killing.ConfigureAwait(false);
            return (ms, leader);
        }
    }

    private static async Task ProposeAsync(RaftClient client, byte[] request, CancellationToken limit)
    {
        if (!await client.ProposeAsync(1, request, limit).ConfigureAwait(false))
        {
            limit.ThrowIfCancellationRequested();
        }
    }
}
