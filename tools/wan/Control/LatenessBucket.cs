namespace Wan.Control;

/// <summary>How many packets were at most this late, and later than the bucket before says.</summary>
internal sealed record LatenessBucket(long UpToNs, long Packets);
