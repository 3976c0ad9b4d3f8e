namespace Scp.Protocol.Congestion;

/// <summary>
/// What had been delivered when a packet left. The session keeps one with every packet in flight and hands it back when
/// the packet is acknowledged: the bytes delivered in between, over the time in between, are one sample of the rate.
/// </summary>
internal readonly record struct DeliveryStamp(long DeliveredBytes, long DeliveredAtNs, long FirstSentAtNs, bool IsAppLimited);
