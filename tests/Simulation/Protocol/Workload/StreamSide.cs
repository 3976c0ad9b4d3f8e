using Scp.Protocol;
using Simulation.Protocol.Nodes;

namespace Simulation.Protocol.Workload;

/// <summary>A stream as one node holds it.</summary>
internal sealed class StreamSide(Peering peering, StreamId id)
{
    public Peering Peering => peering;

    public StreamId Id => id;

    /// <summary>Null on the accepting side until the header has been read.</summary>
    public StreamFlow? Flow { get; set; }

    public StreamLeg? Outgoing { get; set; }

    public StreamLeg? Incoming { get; set; }

    public byte[] Header { get; } = new byte[StreamLeg.HeaderBytes];

    public int HeaderRead { get; set; }

    /// <summary>The session or the process has ended under it.</summary>
    public bool IsGone { get; set; }
}
