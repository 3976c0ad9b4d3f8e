namespace Scp.Serialization.Tests.Messages;

/// <summary>An id in the house manner: one value in a struct, an array of one on the wire.</summary>
[MessagePackObject]
public readonly partial record struct NodeId([Key(0)] ulong Value);
