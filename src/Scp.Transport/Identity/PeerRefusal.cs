namespace Scp.Transport.Identity;

/// <summary>
/// A refusal and a sentence about it, fit for a log: of what the peer sent, only names that follow the rule for names
/// appear in it, and times.
/// </summary>
internal readonly record struct PeerRefusal(PeerRefusalReason Reason, string Text)
{
    public static PeerRefusal None { get; } = new(PeerRefusalReason.None, "");

    public bool IsRefused => Reason != PeerRefusalReason.None;

    public override string ToString() => Text;
}
