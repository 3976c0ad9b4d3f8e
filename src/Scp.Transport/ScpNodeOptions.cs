using System.Net;
using Scp.Protocol;
using Scp.Transport.Identity;
using Scp.Transport.Lanes;
using Scp.Transport.Udp;

namespace Scp.Transport;

/// <summary>How a node listens, proves itself and behaves. Immutable; what is wrong with it is said when the node starts.</summary>
public sealed record ScpNodeOptions
{
    /// <summary>The address of both UDP and TCP. Port 0 lets the kernel choose one that is free for both.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Who this node is and whom it trusts. Null for plain mode: nothing is encrypted, loopback only.</summary>
    public IdentityStore? Identity { get; init; }

    public ScpHandlers Handlers { get; init; } = new();

    /// <summary>False for nodes that only dial: no TCP listener then.</summary>
    public bool AcceptsSessions { get; init; } = true;

    /// <summary>Told of each session that is up, dialled or accepted. On the engine's thread: it must not block.</summary>
    public Action<ScpPeer>? OnPeer { get; init; }

    /// <summary>Told of what went wrong with a peer or a handler, in one sentence. On any thread.</summary>
    public Action<string, Exception?>? OnProblem { get; init; }

    /// <summary>Bulk lanes of each session that this node dials.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>Longest silence before this side says that it is alive.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Silence of the peer after which a session is given up.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests that each peer may have under way here.</summary>
    public int Slots { get; init; } = ScpLimits.DefaultSlots;

    /// <summary>
    /// What a peer may send on a stream before anything of it was read; it grows where that holds the stream up. Large from
    /// the start, since connections that lose packets keep bytes back for many round trips, most of all while they start.
    /// A node short of memory sets it lower.
    /// </summary>
    public int StreamWindowBytes { get; init; } = 16 * ScpLimits.StreamWindowBytes;

    /// <summary>Adaptive redundancy: off only to measure what it gives.</summary>
    public bool UseRedundancy { get; init; } = true;

    /// <summary>LZ4 on bulk lanes, where the library is there and it helps.</summary>
    public bool Compresses { get; init; } = true;

    /// <summary>What the kernel is asked for on lanes, if it has it; null for its own choice.</summary>
    public string? CongestionControl { get; init; } = "bbr";

    internal HandshakeLimits Handshakes { get; init; } = HandshakeLimits.Default;

    internal UdpSocketOptions Udp { get; init; } = new();
}
