namespace Scp.Transport.Identity;

/// <summary>Something is wrong with a name, a certificate or a key of this side: the message is one sentence for its user.</summary>
public sealed class IdentityException : Exception
{
    public IdentityException(string message)
        : base(message)
    {
    }

    public IdentityException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
