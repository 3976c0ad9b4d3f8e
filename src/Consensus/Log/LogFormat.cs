namespace Consensus.Log;

/// <summary>Numbers that are on disk. docs/consensus-log.md describes them.</summary>
internal static class LogFormat
{
    public const uint Version = 1;

    /// <summary>What is written at once begins and ends on these, so that a block that was synced is not written again.</summary>
    public const int BlockBytes = 4096;

    /// <summary>A batch that claims more is no batch, whatever the options say today.</summary>
    public const int MaxBatchBytes = 64 * 1024 * 1024;

    public const string SegmentPrefix = "log-";
    public const string SparePrefix = "spare-";
    public const string Suffix = ".seg";

    private const int IdDigits = 16;

    public static int RoundUp(int bytes) => (bytes + BlockBytes - 1) & -BlockBytes;

    public static string SegmentName(ulong id) => $"{SegmentPrefix}{id:x16}{Suffix}";

    public static string SpareName(ulong id) => $"{SparePrefix}{id:x16}{Suffix}";

    public static bool TryParseName(string name, string prefix, out ulong id)
    {
        id = 0;
        return name.Length == prefix.Length + IdDigits + Suffix.Length
            && name.StartsWith(prefix, StringComparison.Ordinal)
            && name.EndsWith(Suffix, StringComparison.Ordinal)
            && ulong.TryParse(name.AsSpan(prefix.Length, IdDigits), System.Globalization.NumberStyles.AllowHexSpecifier, null, out id);
    }
}
