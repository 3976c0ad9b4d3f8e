using System.Globalization;
using System.Text.Json.Nodes;
using LoadGen.Runs;

namespace LoadGen.Raft;

/// <summary>etcd under the same load, by the generators of bench/peers/etcd, which speak through its own client.</summary>
internal sealed class EtcdPeer(EtcdCluster cluster, string tools)
{
    private const string Load = "etcdload";
    private const string Failover = "etcdfail";
    private const double LimitSeconds = 60;

    /// <summary>What to do when it cannot be measured; null when it can.</summary>
    public static string? WhatIsMissing(string tools)
    {
        if (!ChildProcess.IsThere("etcd"))
        {
            return "etcd is not installed, so only our own figures follow: `apt-get install etcd-server golang-go golang-etcd-server-dev` brings it and what its load generator is built with.";
        }

        return File.Exists(Path.Combine(tools, Load)) && File.Exists(Path.Combine(tools, Failover)) ? null
            : $"etcd's load generator is not in {tools}, so only our own figures follow: bench/peers/etcd/build.sh builds it with golang-go and golang-etcd-server-dev.";
    }

    /// <summary>Closed loop over so many connections, dealt over the three nodes.</summary>
    public async Task<JsonObject> MeasureAsync(int clients, int connections, double seconds, double warmUpSeconds, CancellationToken cancellation)
    {
        JsonObject got = await ChildProcess.ReadJsonAsync(
            LimitSeconds, cancellation, Path.Combine(tools, Load), "-endpoints", cluster.Endpoints,
            "-c", Text(clients), "-conns", Text(connections), "-t", Text(seconds), "-warm", Text(warmUpSeconds),
            "-vsize", "256", "-keys", Text(RaftFormat.Keys)).ConfigureAwait(false);
        return new JsonObject
        {
            ["ops_s"] = got["ops_s"]!.GetValue<double>(),
            ["p50_ms"] = got["p50_us"]!.GetValue<double>() / 1000,
            ["p99_ms"] = got["p99_us"]!.GetValue<double>() / 1000,
        };
    }

    /// <summary>Kills the leader; the milliseconds until a put by a client of a surviving node succeeds, and the node that was killed.</summary>
    public async Task<(double Ms, int Killed)> MeasureFailoverAsync(CancellationToken cancellation)
    {
        JsonObject got = await ChildProcess.ReadJsonAsync(
            LimitSeconds, cancellation, Path.Combine(tools, Failover), "-endpoints", cluster.Endpoints, "-pids", string.Join(',', cluster.ProcessIds)).ConfigureAwait(false);
        return (got["any_ms"]!.GetValue<double>(), got["leader"]!.GetValue<int>());
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
