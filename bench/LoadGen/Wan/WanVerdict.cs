namespace LoadGen.Wan;

/// <summary>A figure, the limit it is held to, and whether it keeps it. What was not measured is neither met nor missed.</summary>
internal sealed record WanVerdict(string Profile, string Figure, double Value, double Limit, string Unit, string Rule, bool HigherIsBetter)
{
    public bool IsKnown => double.IsFinite(Value) && double.IsFinite(Limit);

    public bool IsMet => IsKnown && (HigherIsBetter ? Value >= Limit : Value <= Limit);

    public string Word => !IsKnown ? "not measured" : IsMet ? "met" : "MISSED";

    public static WanVerdict AtMost(string profile, string figure, double value, double limit, string unit, string rule) =>
        new(profile, figure, value, limit, unit, "≤ " + rule, HigherIsBetter: false);

    public static WanVerdict AtLeast(string profile, string figure, double value, double limit, string unit, string rule) =>
        new(profile, figure, value, limit, unit, "≥ " + rule, HigherIsBetter: true);
}
