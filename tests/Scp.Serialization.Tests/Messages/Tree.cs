namespace Scp.Serialization.Tests.Messages;

/// <summary>A message that contains itself: as deep as a peer likes, were there no limit.</summary>
[MessagePackObject]
public sealed partial class Tree
{
    [Key(0)]
    public Tree? Child { get; init; }
}
