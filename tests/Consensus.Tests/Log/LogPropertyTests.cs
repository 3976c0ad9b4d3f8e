using System.Diagnostics;

namespace Consensus.Tests.Log;

/// <summary>The log against a list, on a disk that does everything a disk may do.</summary>
public sealed class LogPropertyTests
{
    private const int SeedCount = 2000;
    private const int StepCount = 60;

    [Test]
    public void WhatWasAcknowledgedIsThereAfterwards()
    {
        int first = TestContext.CurrentContext.Random.Next(1_000_000);
        long startedAt = Stopwatch.GetTimestamp();
        var coverage = new ScenarioCoverage();
        for (int seed = first; seed < first + SeedCount; seed++)
        {
            coverage.Add(RunOne(seed));
        }

        TestContext.Out.WriteLine($"seeds {first} to {first + SeedCount - 1} in {Stopwatch.GetElapsedTime(startedAt).TotalSeconds:F1} s: {coverage}");
        Assert.Multiple(() =>
        {
            Assert.That(coverage.Cuts, Is.Positive);
            Assert.That(coverage.Failures, Is.Positive);
            Assert.That(coverage.Releases, Is.Positive);
            Assert.That(coverage.Removals, Is.Positive);
            Assert.That(coverage.Refusals, Is.Positive);
        });
    }

    private static ScenarioCoverage RunOne(int seed)
    {
        try
        {
            var scenario = new LogScenario(seed);
            scenario.Run(StepCount);
            return scenario.Coverage;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed: {seed}: {e.Message}", e);
        }
    }
}
