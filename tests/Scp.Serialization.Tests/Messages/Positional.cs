using Scp.Serialization.Oracle;

namespace Scp.Serialization.Tests.Messages;

/// <summary>Keys on the parameters of a record, in either spelling and not in order, with a gap at 3.</summary>
[MessagePackObject]
public sealed partial record Positional(
    [property: Key(1)] NodeId Node,
    [Key(0)] string Name,
    [Key(2)] int[] Numbers,
    [Key(4)] DateTime At)
{
    /// <summary>Computed: carries nothing, needs no key.</summary>
    public int Count => Numbers.Length;

    public WireValue ToWireValue() => WireValue.OfArray(
        WireValue.OfString(Name),
        WireValue.OfArray(WireValue.OfInteger(Node.Value)),
        WireValue.OfArray(Numbers.Select(number => WireValue.OfInteger(number))),
        WireValue.Nil,
        WireValue.OfTimestamp(MessagePackTimestamp.FromDateTime(At)));
}
