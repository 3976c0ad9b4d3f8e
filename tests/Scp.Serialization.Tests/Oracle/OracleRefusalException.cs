namespace Scp.Serialization.Oracle;

/// <summary>How the oracle refuses: it may throw, it serves no peer.</summary>
public sealed class OracleRefusalException(MessagePackError error) : Exception(error.ToString())
{
    public MessagePackError Error { get; } = error;
}
