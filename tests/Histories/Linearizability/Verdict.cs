namespace Histories.Linearizability;

public enum Verdict
{
    /// <summary>An order was found that explains every answer.</summary>
    Linearizable,

    /// <summary>No order explains the answers: this is proven.</summary>
    NotLinearizable,

    /// <summary>The limits ran out before either was known.</summary>
    Unknown,
}
