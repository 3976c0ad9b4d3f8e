namespace Scp.Protocol.Congestion;

internal readonly record struct DeliveryStamp(long DeliveredBytes, long DeliveredAtNs, long FirstSentAtNs, bool IsAppLimited);
