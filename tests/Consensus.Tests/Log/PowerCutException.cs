namespace Consensus.Tests.Log;

/// <summary>The power failed in the middle of a call. Nothing under test may catch it.</summary>
public sealed class PowerCutException : Exception
{
    public PowerCutException()
        : base("power cut")
    {
    }
}
