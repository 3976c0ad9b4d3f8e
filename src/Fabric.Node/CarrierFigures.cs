namespace Fabric.Node;

/// <summary>What a carrier has done so far, in batches.</summary>
/// <param name="Sent">Taken by a session: they may still be lost on the way.</param>
/// <param name="Unlinked">Dropped, for want of a session with the node.</param>
/// <param name="Crowded">Dropped, since the session had no room.</param>
/// <param name="TooLarge">Dropped, larger than any message may be.</param>
/// <param name="Received">Given to the host.</param>
/// <param name="Strange">Not given to it: from a session that is no link, or before there was a host.</param>
public readonly record struct CarrierFigures(long Sent, long Unlinked, long Crowded, long TooLarge, long Received, long Strange);
