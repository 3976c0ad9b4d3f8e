namespace Simulation.Harness;

/// <summary>One line of the coverage table; a run of many seeds in which a required one stays zero has failed.</summary>
internal sealed record CoverageCounter(string Group, string Name, bool IsRequired = true);
