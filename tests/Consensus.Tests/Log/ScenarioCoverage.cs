namespace Consensus.Tests.Log;

/// <summary>What scenarios have met: a test that says so fails when something that it is there for no longer happens.</summary>
public sealed class ScenarioCoverage
{
    public int Restarts { get; set; }

    public int Cuts { get; set; }

    public int Failures { get; set; }

    public int Releases { get; set; }

    public int Removals { get; set; }

    public int Refusals { get; set; }

    public void Add(ScenarioCoverage other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Restarts += other.Restarts;
        Cuts += other.Cuts;
        Failures += other.Failures;
        Releases += other.Releases;
        Removals += other.Removals;
        Refusals += other.Refusals;
    }

    public override string ToString() =>
        $"{Restarts} restarts, {Cuts} cuts within a call, {Failures} failures, {Releases} segments released, {Removals} groups removed, {Refusals} writes refused";
}
