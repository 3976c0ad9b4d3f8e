namespace Scp.Transport.Identity;

/// <summary>
/// The identity that new handshakes present and judge by. It may be replaced at any time, from any thread: handshakes that
/// have begun, and connections, go on under the one they began with.
/// </summary>
public sealed class IdentityStore
{
    private NodeIdentity _current;

    public IdentityStore(NodeIdentity initial) => _current = initial;

    public NodeIdentity Current => Volatile.Read(ref _current);

    /// <summary>Only by the same node's: sessions are known to peers by its name.</summary>
    public void Replace(NodeIdentity next)
    {
        string name = Current.Name;
        if (next.Name != name)
        {
            throw new IdentityException($"This node is {name} and cannot become {next.Name} while it runs: start it anew.");
        }

        Volatile.Write(ref _current, next);
    }

    /// <summary>
    /// Takes what <see cref="NodeIdentity.Load"/> finds; false when it is what is there already. When it finds a fault it
    /// throws, and the present identity stays.
    /// </summary>
    public bool ReloadFrom(string directory, DateTimeOffset now)
    {
        var next = NodeIdentity.Load(directory, now);
        if (next.IsSameAs(Current))
        {
            return false;
        }

        Replace(next);
        return true;
    }
}
