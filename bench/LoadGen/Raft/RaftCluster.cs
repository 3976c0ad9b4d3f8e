using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LoadGen.Runs;
using LoadGen.Scp;

namespace LoadGen.Raft;

/// <summary>Three nodes as processes of this machine, each with a directory of its own.</summary>
internal sealed class RaftCluster : IAsyncDisposable
{
    public const int Count = 3;

    private readonly string _directory;
    private readonly int _groups;
    private readonly ProcessRun?[] _processes = new ProcessRun?[Count];

    private RaftCluster(string directory, int groups, bool usesTls)
    {
        _directory = directory;
        _groups = groups;
        Nodes = RaftNodes.ToText(FreePorts());
        if (usesTls)
        {
            Keys = Path.Combine(directory, "keys");
            ScpKeys.Create(Keys, RaftCommands.NamesOf(Count));
        }
    }

    /// <summary>As --nodes takes them.</summary>
    public string Nodes { get; }

    public string? Keys { get; }

    public int[] ProcessIds => [.. _processes.OfType<ProcessRun>().Select(process => process.Id)];

    /// <summary>The words that a client needs to find the nodes.</summary>
    public string ClientWords => $"--nodes {Nodes}{(Keys is null ? "" : $" --keys {Keys}")}";

    public static async Task<RaftCluster> StartAsync(string directory, int groups, bool usesTls, CancellationToken cancellation)
    {
        var cluster = new RaftCluster(directory, groups, usesTls);
        try
        {
            for (int id = 1; id <= Count; id++)
            {
                await cluster.StartNodeAsync(id, cancellation).ConfigureAwait(false);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a node, new or from what it has on disk.</summary>
    public async Task StartNodeAsync(int id, CancellationToken cancellation)
    {
        string data = Path.Combine(_directory, RaftNodes.NameOf((ulong)id));
        string words = string.Create(CultureInfo.InvariantCulture, $"raft serve --id {id} --data {data} --groups {_groups} {ClientWords}");
        _processes[id - 1] = await ProcessRun.ServeAsync([], words, cancellation).ConfigureAwait(false);
    }

    /// <summary>As kill -9 does it; ends when the process is gone.</summary>
    public async Task KillAsync(int id)
    {
        if (_processes[id - 1] is { } process)
        {
            _processes[id - 1] = null;
            await process.DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        for (int id = 1; id <= Count; id++)
        {
            await KillAsync(id).ConfigureAwait(false);
        }
    }

    /// <summary>Ports that are free for both TCP and UDP as this looks; what is in the way is told by the node that meets it.</summary>
    private static List<IPEndPoint> FreePorts()
    {
        var held = new List<Socket>();
        var free = new List<IPEndPoint>();
        try
        {
            while (free.Count < Count)
            {
                var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                held.AddRange([tcp, udp]);
                tcp.Bind(new IPEndPoint(IPAddress.Loopback, 0));
                try
                {
                    udp.Bind(tcp.LocalEndPoint!);
                    free.Add((IPEndPoint)tcp.LocalEndPoint!);
                }
                catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
                {
                    // Free for TCP alone: the next one.
                }
            }

            return free;
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }
}
