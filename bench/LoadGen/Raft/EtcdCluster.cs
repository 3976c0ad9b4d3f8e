using System.Globalization;
using System.Net;
using System.Net.Sockets;
using LoadGen.Runs;

namespace LoadGen.Raft;

/// <summary>Three nodes of etcd with the settings that it comes with, fsync on, each with a directory of its own on the same disk.</summary>
internal sealed class EtcdCluster : IAsyncDisposable
{
    private const int Count = 3;
    private const int StartMs = 20_000;
    private const int PollMs = 50;

    private readonly string _directory;
    private readonly int[] _clientPorts;
    private readonly int[] _peerPorts;
    private readonly ChildProcess?[] _processes = new ChildProcess?[Count];

    private EtcdCluster(string directory)
    {
        _directory = directory;
        int[] ports = FreePorts(2 * Count);
        _clientPorts = ports[..Count];
        _peerPorts = ports[Count..];
    }

    public string Endpoints => string.Join(',', _clientPorts.Select(port => $"127.0.0.1:{port}"));

    public int[] ProcessIds => [.. _processes.OfType<ChildProcess>().Select(process => process.Id)];

    public static async Task<EtcdCluster> StartAsync(string directory, CancellationToken cancellation)
    {
        var cluster = new EtcdCluster(directory);
        try
        {
            for (int id = 1; id <= Count; id++)
            {
                cluster.StartNode(id);
            }

            for (int id = 1; id <= Count; id++)
            {
                await cluster.WaitForAsync(id, cancellation).ConfigureAwait(false);
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a node again after it was killed.</summary>
    public async Task RestartAsync(int id, CancellationToken cancellation)
    {
        if (_processes[id - 1] is { } old)
        {
            await old.DisposeAsync().ConfigureAwait(false);
        }

        StartNode(id);
        await WaitForAsync(id, cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ChildProcess process in _processes.OfType<ChildProcess>())
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] held = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in held)
        {
            listener.Start();
        }

        int[] ports = [.. held.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in held)
        {
            listener.Dispose();
        }

        return ports;
    }

    private void StartNode(int id)
    {
        string client = $"http://127.0.0.1:{_clientPorts[id - 1]}";
        string peer = $"http://127.0.0.1:{_peerPorts[id - 1]}";
        string all = string.Join(',', _peerPorts.Select((port, i) => string.Create(CultureInfo.InvariantCulture, $"n{i + 1}=http://127.0.0.1:{port}")));
        _processes[id - 1] = ChildProcess.Start(
            "etcd", "--name", $"n{id}", "--data-dir", Path.Combine(_directory, $"etcd-{id}"),
            "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", all, "--initial-cluster-state", "new", "--initial-cluster-token", "bench",
            "--quota-backend-bytes", "8589934592", "--log-level", "error", "--logger", "zap");
    }

    private async Task WaitForAsync(int id, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartMs);
        while (true)
        {
            using var probe = new System.Net.Sockets.TcpClient();
            try
            {
                await probe.ConnectAsync(IPAddress.Loopback, _clientPorts[id - 1], limit.Token).ConfigureAwait(false);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(PollMs, limit.Token).ConfigureAwait(false);
            }
        }
    }
}
