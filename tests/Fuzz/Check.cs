namespace Fuzz;

/// <summary>What a target says when a property does not hold.</summary>
internal static class Check
{
    public static void That(bool holds, string sentence)
    {
        if (!holds)
        {
            throw new InvalidOperationException(sentence);
        }
    }
}
