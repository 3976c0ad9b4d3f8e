namespace Scp.Transport;

/// <summary>A session could not be opened: nobody listens, the peer is not who it should be, it refused.</summary>
public sealed class ScpConnectException : ScpException
{
    public ScpConnectException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
