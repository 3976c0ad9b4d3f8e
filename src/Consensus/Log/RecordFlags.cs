namespace Consensus.Log;

[Flags]
internal enum RecordFlags : byte
{
    None = 0,

    /// <summary>
    /// Moved from an older segment: it says what is so at this place of the log, and replaces nothing beyond itself.
    /// </summary>
    Rewritten = 1,

    /// <summary>A snapshot mark after which no older entry remains. Without it, those above the mark do.</summary>
    DropsAll = 2,
}
