namespace Wan.Control;

internal sealed record NodeReport
{
    public required int Node { get; init; }

    public required string V4 { get; init; }

    public required string V6 { get; init; }

    /// <summary>Packets for no other node: multicast, broadcast, strangers.</summary>
    public required long Unroutable { get; init; }

    /// <summary>Packets that the simulator had no memory for.</summary>
    public required long NoRoom { get; init; }

    /// <summary>Packets that the kernel dropped before the simulator could read them.</summary>
    public required long DroppedByDevice { get; init; }

    /// <summary>Whether somebody removed the device from its namespace.</summary>
    public required bool Lost { get; init; }
}
