namespace Histories.Linearizability;

/// <summary>What a check found, for people too when it is not good; the steps say how hard it was.</summary>
public sealed record CheckResult(Verdict Verdict, string Explanation, long Steps);
