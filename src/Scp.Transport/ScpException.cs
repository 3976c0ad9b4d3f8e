namespace Scp.Transport;

/// <summary>What all failures of SCP have in common. The message is one sentence for people.</summary>
public abstract class ScpException : Exception
{
    protected ScpException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}
