using Consensus.Core;

namespace Simulation.Cluster;

/// <summary>A message in a few words, for traces.</summary>
internal static class MessageText
{
    public static string Of(RaftMessage message) =>
        FormattableString.Invariant($"{message.Group} {message.From}>{message.To} {message.Kind}")
        + (message.Flags == RaftMessageFlags.None ? "" : $"({message.Flags})")
        + FormattableString.Invariant($" t{message.Term} {message.Index}/{message.LogTerm}")
        + (message.Commit > 0 ? FormattableString.Invariant($" c{message.Commit}") : "")
        + (message.Entries.IsEmpty ? "" : FormattableString.Invariant($" +{message.Entries.Length}"))
        + (message.Round > 0 ? FormattableString.Invariant($" r{message.Round}") : "")
        + (message.Hint > 0 ? FormattableString.Invariant($" h{message.Hint}") : "")
        + (message.PromiseNs > 0 ? FormattableString.Invariant($" p{message.PromiseNs / 1_000_000}ms") : "");
}
