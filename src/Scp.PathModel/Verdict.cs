using System.Runtime.CompilerServices;

namespace Scp.PathModel;

/// <summary>What became of an offered packet: dropped for one reason, or arriving as one copy or two.</summary>
public readonly record struct Verdict
{
    internal Verdict(DropReason reason) => Reason = reason;

    internal Verdict(Delivery only) => (Copies, First) = (1, only);

    internal Verdict(Delivery first, Delivery second) => (Copies, First, Second) = (2, first, second);

    /// <summary><see cref="DropReason.None"/> when it arrives.</summary>
    public DropReason Reason { get; }

    /// <summary>0 when dropped, 2 when duplicated.</summary>
    public int Copies { get; }

    public Delivery First { get; }

    public Delivery Second { get; }

    public bool IsDropped => Copies == 0;

    /// <summary>The copies by number, for a caller that loops over them.</summary>
    public Delivery this[int copy]
    {
        get
        {
            if ((uint)copy >= (uint)Copies)
            {
                ThrowNoSuchCopy();
            }

            return copy == 0 ? First : Second;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ThrowNoSuchCopy() =>
        throw new InvalidOperationException("A copy was asked for that the path did not make.");
}
