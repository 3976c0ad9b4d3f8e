using Scp.Protocol;

namespace Scp.Transport;

/// <summary>A stream was given up by the peer, or its session ended.</summary>
public sealed class ScpStreamException : ScpException
{
    public ScpStreamException(ErrorCode code)
        : base($"The stream was given up ({code}).") => Code = code;

    public ErrorCode Code { get; }
}
