using System.Net;
using Scp.Transport;

namespace Fabric.Node;

/// <summary>
/// Keeps one session with one node up: dials, introduces this node, and dials again when the session has ended, after a
/// wait that doubles while it does not succeed.
/// </summary>
internal sealed class NodeDialer(NodeLinks links, NodeLink link, ScpNode node, NodeLinkOptions options)
{
    private TimeSpan _wait = TimeSpan.FromMilliseconds(NodeLimits.MinRedialMs);
    private bool _isReported;

    /// <summary>Ends when it is cancelled, and in no other way.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                long began = options.Time.GetTimestamp();
                if (await TryDialAsync(stop).ConfigureAwait(false) is { } session)
                {
                    _isReported = false;
                    _ = await session.Closed.WaitAsync(stop).ConfigureAwait(false);
                    if (options.Time.GetElapsedTime(began) >= TimeSpan.FromMilliseconds(NodeLimits.SteadyMs))
                    {
                        _wait = TimeSpan.FromMilliseconds(NodeLimits.MinRedialMs);
                    }
                }

                await WaitAsync(stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // As asked.
        }
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        // From half of it to all of it: nodes that lost each other at one moment do not come back at one moment.
        await Task.Delay(_wait * (0.5 + (0.5 * options.Chance.NextDouble())), options.Time, stop).ConfigureAwait(false);
        _wait = TimeSpan.FromMilliseconds(Math.Min(2 * _wait.TotalMilliseconds, NodeLimits.MaxRedialMs));
    }

    private async Task<ScpPeer?> TryDialAsync(CancellationToken stop)
    {
        NodeAddress address = link.Address;
        string reason = "it has no address";
        foreach (EndPoint endPoint in address.EndPoints)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(NodeLimits.DialMs), options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
            try
            {
                ScpPeer session = await node.ConnectAsync(address.Name, endPoint, either.Token).ConfigureAwait(false);
                string? refusal = await links.IntroduceAsync(link, session, either.Token).ConfigureAwait(false);
                if (refusal is null)
                {
                    return session;
                }

                reason = refusal;
            }
            catch (ScpConnectException e)
            {
                reason = e.Message;
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                reason = $"{endPoint} did not answer for {NodeLimits.DialMs / 1000} s.";
            }
        }

        if (!_isReported)
        {
            _isReported = true;
            options.OnProblem?.Invoke($"{address} cannot be reached, and is dialled again and again: {reason}");
        }

        return null;
    }
}
