namespace Histories.Models;

/// <summary>Adds to a counter; the result is the sum after it, null where the caller did not learn it. Adding nothing is reading.</summary>
public readonly record struct CounterCall(long Added, long? Sum)
{
    public override string ToString() =>
        FormattableString.Invariant($"add {Added}") + (Sum is { } sum ? FormattableString.Invariant($" -> {sum}") : "");
}
