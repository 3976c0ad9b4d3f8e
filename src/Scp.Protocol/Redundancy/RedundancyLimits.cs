namespace Scp.Protocol.Redundancy;

/// <summary>The bounds of redundancy by name. None is on the wire: two sides may differ in all of them.</summary>
internal static class RedundancyLimits
{
    /// <summary>Parity groups filled in turn, so that a burst of that many packets takes one from each.</summary>
    public const int MaxInterleave = 8;

    /// <summary>Parity groups held at once: one open for each turn, and as many waiting to be sent beyond a burst.</summary>
    public const int MaxParityGroups = 2 * MaxInterleave;

    /// <summary>Parity frames held by a receiver because two of their packets are missing and one may just be late.</summary>
    public const int MaxPendingParity = 16;

    /// <summary>The first size of the slab that keeps received payloads; it fits the largest one.</summary>
    public const int MinPayloadSlabBytes = 16 * 1024;

    /// <summary>The slab's last size: a full window of base datagrams. With larger datagrams fewer are kept.</summary>
    public const int MaxPayloadSlabBytes = 512 * 1024;

    /// <summary>Packets without any parity after which a receiver stops keeping payloads, until parity comes again.</summary>
    public const int PayloadsKeptWithoutParity = 1024;

    /// <summary>Runs of losses that the burst estimate looks back on.</summary>
    public const int BurstRuns = 64;

    /// <summary>Runs of losses needed before anything is said about bursts.</summary>
    public const int MinBurstRuns = 4;

    /// <summary>Runs at least as long as the estimate that there must be: fewer are chance.</summary>
    public const int MinLikeRuns = 4;

    /// <summary>The longest burst believed in; packets further apart are not of one burst.</summary>
    public const long MaxBurstNs = 500_000_000;

    /// <summary>The promise: redundancy of both sides together, in thousandths of all other bytes of both directions.</summary>
    public const int BudgetPerMille = 300;

    /// <summary>The promise for thin sessions: redundancy of both sides together that is always allowed.</summary>
    public const int BudgetFloorBytesPerSecond = 32_000;

    /// <summary>The time over which the promise holds: any such stretch of a session.</summary>
    public const long BudgetWindowNs = 5_000_000_000;

    /// <summary>The deepest a budget's purse gets, however much traffic there is.</summary>
    public const int MaxBudgetDepthBytes = 64 * 1024;
}
