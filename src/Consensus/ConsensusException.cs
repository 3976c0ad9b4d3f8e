namespace Consensus;

/// <summary>What was asked of a host cannot be done; the message says why and what to do.</summary>
public sealed class ConsensusException : Exception
{
    public ConsensusException(string message)
        : base(message)
    {
    }

    public ConsensusException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
