namespace Scp.Protocol.Redundancy;

/// <summary>How a session adds redundancy until it asks again.</summary>
/// <param name="IsEnabled">Whether anything is sent ahead at all. When false, every other value says "none".</param>
/// <param name="ParityGroup">Packets under one parity frame.</param>
/// <param name="ParityDelayNs">The longest a packet waits for its group to fill.</param>
/// <param name="ParitySpreadNs">The least time between the newest packet of a group and its parity.</param>
/// <param name="Interleave">Groups that consecutive packets are put into in turn.</param>
/// <param name="RepliesRepeated">
/// Earlier small replies that each small reply's packet repeats. When 0, packets of small replies are covered by parity
/// as all others; when more, they are not, since the next replies protect them.
/// </param>
/// <param name="ReplyRepeatAgeNs">Which reply is repeated: the newest one sent at least this long ago.</param>
/// <param name="UrgentCopies">
/// Times an urgent message is sent in all, the first included. When 1, its packet is covered by parity as all others;
/// when more, it is not, since its copies protect it.
/// </param>
/// <param name="CopySpacingNs">The time between those.</param>
/// <param name="RetryCopies">Times a message is sent in all when its timer has expired, and on every later try.</param>
internal readonly record struct RedundancyPlan(
    bool IsEnabled,
    int ParityGroup,
    long ParityDelayNs,
    long ParitySpreadNs,
    int Interleave,
    int RepliesRepeated,
    long ReplyRepeatAgeNs,
    int UrgentCopies,
    long CopySpacingNs,
    int RetryCopies)
{
    /// <summary>Nothing is sent ahead.</summary>
    public static RedundancyPlan Off(int retryCopies, long copySpacingNs) =>
        new(false, 0, 0, 0, 1, 0, 0, 1, copySpacingNs, retryCopies);
}
