namespace Scp.Serialization.Oracle;

/// <summary>Spoils bytes a little: mostly well-formed input finds the checks that random bytes never reach.</summary>
public static class Mutator
{
    public static byte[] Mutate(byte[] bytes, Random random)
    {
        List<byte> mutated = [.. bytes];
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            int at = random.Next(mutated.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < mutated.Count:
                    mutated[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < mutated.Count:
                    mutated[at] = Code(random);
                    break;
                case 2:
                    mutated.Insert(at, Code(random));
                    break;
                case 3 when at < mutated.Count:
                    mutated.RemoveAt(at);
                    break;
                case 4:
                    mutated.RemoveRange(at, random.Next(Math.Min(mutated.Count - at, 8) + 1));
                    break;
                case 5:
                    mutated.InsertRange(at, mutated.GetRange(at, random.Next(Math.Min(mutated.Count - at, 8) + 1)));
                    break;
            }
        }

        return [.. mutated];
    }

    /// <summary>Any byte, but more often one of those between 0xC0 and 0xDF, where the format has its variety.</summary>
    private static byte Code(Random random) =>
        (byte)(random.Next(2) == 0 ? random.Next(256) : random.Next(0xC0, 0xE0));
}
