namespace Consensus.Core;

/// <summary>
/// The arithmetic of majorities. All that Raft asks of a quorum is one question: which value has a majority of the
/// <i>members</i> reached? Members of whom nothing is known count with the least value, so that answers received are never
/// taken for the whole.
/// </summary>
internal static class Majority
{
    /// <summary>What no member at all has reached.</summary>
    public const long Nothing = long.MinValue;

    /// <summary>The largest value that a majority of the members has reached or passed; without members, nothing.</summary>
    public static long Reached<TValue>(ReadOnlySpan<Member> members, in TValue value)
        where TValue : struct, IReplicaValue
    {
        if (members.IsEmpty)
        {
            return Nothing;
        }

        Span<long> ascending = stackalloc long[Configuration.MaxMembers];
        for (int count = 0; count < members.Length; count++)
        {
            long one = value.Of(members[count].Replica);
            int at = count;
            for (; at > 0 && ascending[at - 1] > one; at--)
            {
                ascending[at] = ascending[at - 1];
            }

            ascending[at] = one;
        }

        // Of n members, n/2 + 1 are a majority: so many stand from this place to the end.
        return ascending[(members.Length - 1) / 2];
    }
}
