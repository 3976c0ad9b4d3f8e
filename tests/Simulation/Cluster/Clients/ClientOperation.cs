using Consensus;
using Consensus.Core;
using Simulation.Cluster.Machine;

namespace Simulation.Cluster.Clients;

/// <summary>What a client wants done, and what it knows of it.</summary>
internal sealed class ClientOperation
{
    public required GroupId Group { get; init; }

    public required KvCommand Command { get; init; }

    /// <summary>Nothing for a read.</summary>
    public byte[]? Bytes { get; init; }

    public ReadMode Mode { get; init; }

    public required long StartNs { get; init; }

    public required long GiveUpAtNs { get; init; }

    public int Attempts { get; set; }

    /// <summary>The attempt under way has not been answered.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>An attempt that was not answered may take effect at any time.</summary>
    public bool MayHappen { get; set; }

    public bool IsRead => Bytes is null;
}
