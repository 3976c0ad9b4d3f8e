namespace Simulation.Harness;

/// <summary>Coverage for people: a block a group, a line a counter.</summary>
internal static class CoverageTable
{
    public static void Write(TextWriter output, Coverage coverage)
    {
        string group = "";
        int width = coverage.Counters.Max(counter => counter.Name.Length);
        for (int i = 0; i < coverage.Counters.Count; i++)
        {
            CoverageCounter counter = coverage.Counters[i];
            if (counter.Group != group)
            {
                group = counter.Group;
                output.WriteLine(group);
            }

            string mark = counter.IsRequired && coverage[i] == 0 ? "  none" : "";
            output.WriteLine(FormattableString.Invariant($"  {counter.Name.PadRight(width)}  {coverage[i],14:N0}{mark}"));
        }
    }
}
