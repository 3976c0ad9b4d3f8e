using Scp.Transport.Identity;

namespace LoadGen.Scp;

/// <summary>A throwaway authority and the identities of all sides, in directories of their own.</summary>
internal static class ScpKeys
{
    public const string Server = "server";
    public const string Client = "client";

    private static readonly TimeSpan Validity = TimeSpan.FromDays(30);

    public static void Create(string directory) => Create(directory, Server, Client);

    public static void Create(string directory, params IEnumerable<string> names)
    {
        if (Directory.Exists(Path.Combine(directory, Client)))
        {
            throw new IOException($"{directory} holds keys already, and those who use them would no longer be trusted: remove it, or name another.");
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        using var authority = ClusterAuthority.Create("loadgen", Validity + TimeSpan.FromDays(1), now);
        foreach (string name in names)
        {
            authority.IssueNode(name, Validity, now).Save(Path.Combine(directory, name));
        }
    }

    public static IdentityStore Load(string directory, string name) =>
        new(NodeIdentity.Load(Path.Combine(directory, name), DateTimeOffset.UtcNow));
}
