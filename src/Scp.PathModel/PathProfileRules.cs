using System.Globalization;

namespace Scp.PathModel;

/// <summary>What makes a profile usable, each rule with the sentence that its breach is told in.</summary>
internal static class PathProfileRules
{
    public static IReadOnlyList<string> Check(PathProfile profile)
    {
        var problems = new List<string>();
        string name = string.IsNullOrWhiteSpace(profile.Name) ? "(unnamed)" : profile.Name;

        Require(problems, name, !string.IsNullOrWhiteSpace(profile.Name), "Name is empty: give the profile one");
        CheckDelay(problems, name, profile);
        CheckChances(problems, name, profile);
        CheckRate(problems, name, profile);
        if (profile.Burst is { } burst)
        {
            CheckBurst(problems, name, burst);
        }

        return problems;
    }

    public static void ThrowIfInvalid(PathProfile profile)
    {
        IReadOnlyList<string> problems = Check(profile);
        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(profile));
        }
    }

    private static void CheckDelay(List<string> problems, string name, PathProfile profile)
    {
        RequireRange(problems, name, nameof(profile.OneWayDelayNs), profile.OneWayDelayNs, 0, PathLimits.MaxDelayNs);
        RequireRange(problems, name, nameof(profile.JitterNs), profile.JitterNs, 0, PathLimits.MaxJitterNs);
        RequireRange(problems, name, nameof(profile.JitterPeriodNs), profile.JitterPeriodNs, 0, PathLimits.MaxJitterPeriodNs);
        RequireRange(problems, name, nameof(profile.ReorderDelayNs), profile.ReorderDelayNs, 0, PathLimits.MaxDelayNs);
        RequireRange(problems, name, nameof(profile.DuplicateDelayNs), profile.DuplicateDelayNs, 0, PathLimits.MaxDelayNs);
        Require(
            problems,
            name,
            profile.JitterNs <= profile.OneWayDelayNs,
            $"JitterNs ({profile.JitterNs}) is larger than OneWayDelayNs ({profile.OneWayDelayNs}), so packets would arrive before they were sent: lower the jitter or raise the delay");
        Require(
            problems,
            name,
            Enum.IsDefined(profile.JitterShape),
            $"JitterShape {(int)profile.JitterShape} is unknown: use Uniform or Bell");
    }

    private static void CheckChances(List<string> problems, string name, PathProfile profile)
    {
        RequireProbability(problems, name, nameof(profile.LossProbability), profile.LossProbability);
        RequireProbability(problems, name, nameof(profile.ReorderProbability), profile.ReorderProbability);
        RequireProbability(problems, name, nameof(profile.DuplicateProbability), profile.DuplicateProbability);
        RequireProbability(problems, name, nameof(profile.CorruptProbability), profile.CorruptProbability);
        Require(
            problems,
            name,
            !(profile.ReorderProbability > 0) || profile.ReorderDelayNs != 0,
            "ReorderProbability is set but ReorderDelayNs is 0, so nothing would be reordered: set the delay too");
    }

    private static void CheckRate(List<string> problems, string name, PathProfile profile)
    {
        RequireRange(problems, name, nameof(profile.MtuBytes), profile.MtuBytes, 1, PathLimits.MaxMtuBytes);
        RequireRange(problems, name, nameof(profile.QueueNs), profile.QueueNs, 0, PathLimits.MaxQueueNs);
        RequireRange(problems, name, nameof(profile.QueueBytes), profile.QueueBytes, 0, PathLimits.MaxQueueBytes);

        bool queued = profile.QueueNs != 0 || profile.QueueBytes != 0;
        if (profile.RateBitsPerSecond == 0)
        {
            Require(problems, name, !queued, "a queue is set but RateBitsPerSecond is 0, so nothing would ever wait in it: set a rate or drop the queue");
            return;
        }

        RequireRange(
            problems,
            name,
            nameof(profile.RateBitsPerSecond),
            profile.RateBitsPerSecond,
            PathLimits.MinRateBitsPerSecond,
            PathLimits.MaxRateBitsPerSecond);
        Require(problems, name, queued, "RateBitsPerSecond is set but neither QueueNs nor QueueBytes is: say how much the queue before the limiter holds");
    }

    private static void CheckBurst(List<string> problems, string name, BurstProfile burst)
    {
        RequireRange(problems, name, "Burst.MeanLengthNs", burst.MeanLengthNs, PathLimits.MinBurstNs, PathLimits.MaxBurstNs);
        RequireProbability(problems, name, "Burst.LossProbability", burst.LossProbability);
        Require(problems, name, Enum.IsDefined(burst.Shape), $"Burst.Shape {(int)burst.Shape} is unknown: use Fixed or Exponential");
        Require(
            problems,
            name,
            burst.ShareOfTime is >= PathLimits.MinBurstShare and <= PathLimits.MaxBurstShare,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Burst.ShareOfTime is {burst.ShareOfTime}, but it must lie between {PathLimits.MinBurstShare} and {PathLimits.MaxBurstShare}"));
    }

    private static void RequireRange(List<string> problems, string name, string key, long value, long lowest, long highest) =>
        Require(problems, name, value >= lowest && value <= highest, $"{key} is {value}, but it must lie between {lowest} and {highest}");

    private static void RequireProbability(List<string> problems, string name, string key, double value) => Require(
        problems,
        name,
        value is >= 0 and <= 1,
        string.Create(CultureInfo.InvariantCulture, $"{key} is {value}, but a probability lies between 0 and 1"));

    private static void Require(List<string> problems, string name, bool holds, string problem)
    {
        if (!holds)
        {
            problems.Add($"Path profile {name}: {problem}.");
        }
    }
}
