using Scp.Protocol.Session;

namespace Simulation.Protocol.Nodes;

/// <summary>One session as one of its nodes holds it.</summary>
internal sealed class Peering(ScpSession session, int number, int node, int peer, Uplink? uplink, long openedAtNs)
{
    public ScpSession Session => session;

    /// <summary>Counts the sessions of a simulation, both sides apart.</summary>
    public int Number => number;

    public int Node => node;

    public int Peer => peer;

    /// <summary>What keeps it alive, on the side that opened it.</summary>
    public Uplink? Uplink => uplink;

    public long OpenedAtNs => openedAtNs;

    /// <summary>When the session said that it is up; <see cref="long.MaxValue"/> until then.</summary>
    public long UpAtNs { get; set; } = long.MaxValue;

    /// <summary>The peer has proved an address: until then the side that accepted knows none.</summary>
    public bool HasProvenPath { get; set; }

    /// <summary>The application has seen the session end, or its process did.</summary>
    public bool IsOver { get; set; }

    /// <summary>The process ended under it: nothing more is reported.</summary>
    public bool IsLost { get; set; }

    public override string ToString() => $"session {number} of n{node} with n{peer}";
}
