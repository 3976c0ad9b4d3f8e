using Consensus;
using Scp.Protocol.Session;
using Scp.Transport;

namespace Fabric.Node;

/// <summary>What runs for the links of a node from their start to their stop: a dialer for each node of a higher id, and the measuring.</summary>
internal sealed class LinkKeeper : IAsyncDisposable
{
    private readonly NodeLinks _links;
    private readonly ScpNode _node;
    private readonly NodeLinkOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<NodeId, (CancellationTokenSource Leave, Task Dialling)> _dialers = [];
    private readonly List<Task> _left = [];
    private readonly Task _measuring;

    public LinkKeeper(NodeLinks links, ScpNode node, NodeLinkOptions options)
    {
        _links = links;
        _node = node;
        _options = options;
        _measuring = Task.Run(MeasureAsync);
    }

    /// <summary>Under the lock of the links.</summary>
    public void DialAll()
    {
        foreach ((NodeId node, NodeLink link) in _links.Links)
        {
            if (node.Value > _links.Self.Value && !_dialers.ContainsKey(node))
            {
                var leave = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var dialer = new NodeDialer(_links, link, _node, _options);
                CancellationToken stop = leave.Token;
                _dialers.Add(node, (leave, Task.Run(() => dialer.RunAsync(stop), CancellationToken.None)));
            }
        }
    }

    /// <summary>Under the lock of the links.</summary>
    public void Leave(NodeId node)
    {
        if (_dialers.Remove(node, out (CancellationTokenSource Leave, Task Dialling) dialer))
        {
            dialer.Leave.Cancel();
            dialer.Leave.Dispose();
            _ = _left.RemoveAll(task => task.IsCompletedSuccessfully);
            _left.Add(dialer.Dialling);
        }
    }

    /// <summary>Once nobody calls anything else here any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll([_measuring, .. _left, .. _dialers.Values.Select(dialer => dialer.Dialling)]).ConfigureAwait(false);
        foreach ((CancellationTokenSource leave, _) in _dialers.Values)
        {
            leave.Dispose();
        }

        _stop.Dispose();
    }

    private async Task MeasureAsync()
    {
        using var timer = new PeriodicTimer(_options.MeasureEvery, _options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                foreach ((NodeId node, NodeLink link) in _links.Links)
                {
                    if (link.Newest is { } session && _links.OnRoundTrip is { } tell)
                    {
                        SessionStatistics statistics = await session.GetStatisticsAsync().WaitAsync(_stop.Token).ConfigureAwait(false);
                        if (statistics.MinRttNs > 0)
                        {
                            tell(node, statistics.SmoothedRttNs);
                        }
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // As asked.
        }
    }
}
