namespace Scp.Protocol.Crypto;

/// <summary>
/// What both sides derived for one epoch of a session: the first traffic secret of each direction. Handing it to a
/// session's packet protection hands over ownership; otherwise dispose of it, which wipes it.
/// </summary>
public sealed class EpochSecrets : IDisposable
{
    internal EpochSecrets(TrafficSecret send, TrafficSecret receive)
    {
        Send = send;
        Receive = receive;
    }

    internal TrafficSecret Send { get; }

    internal TrafficSecret Receive { get; }

    public void Dispose()
    {
        Send.Dispose();
        Receive.Dispose();
    }
}
