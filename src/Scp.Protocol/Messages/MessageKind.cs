namespace Scp.Protocol.Messages;

/// <summary>What a message asks of the side that receives it.</summary>
public enum MessageKind : byte
{
    /// <summary>Wants a reply.</summary>
    Request = 0,

    /// <summary>Answers the request in the same slot with the same sequence.</summary>
    Reply = 1,

    /// <summary>Delivered at most once, never sent again.</summary>
    OneWay = 2,

    /// <summary>Sent until acknowledged, delivered once.</summary>
    ReliableOneWay = 3,
}
