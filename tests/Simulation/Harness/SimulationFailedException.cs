namespace Simulation.Harness;

/// <summary>A checker's verdict: one sentence that says what was promised and what happened instead.</summary>
internal sealed class SimulationFailedException : Exception
{
    public SimulationFailedException()
    {
    }

    public SimulationFailedException(string message)
        : base(message)
    {
    }

    public SimulationFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
