namespace Simulation.Experiments;

/// <summary>Shares of the link: ours in payload, the rival's with its headers.</summary>
internal readonly record struct FairnessResult(double Ours, double Rival);
