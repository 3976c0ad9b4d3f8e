using FsCheck;
using FsCheck.Fluent;
using Scp.Protocol.Congestion;

namespace Scp.Protocol.Tests.Congestion;

public sealed class RoundMaxFilterTests
{
    private const int Rounds = 4;

    /// <summary>Negative: a new round. -9: a reset. Else a sample. The oracle keeps every sample with its round.</summary>
    [Property(MaxTest = 1000)]
    public void IsTheLargestSampleOfTheLastRounds(int[] steps)
    {
        RoundMaxFilter filter = new(Rounds);
        List<(int Round, long Sample)> all = [];
        int round = 0;
        foreach (int raw in steps)
        {
            int step = raw % 10;
            if (step == -9)
            {
                all.Clear();
                all.Add((round, 3));
                filter.Reset(3);
            }
            else if (step < 0)
            {
                round++;
                filter.Advance();
            }
            else
            {
                all.Add((round, step));
                filter.Update(step);
            }

            long expected = all.Where(s => s.Round > round - Rounds).Select(s => s.Sample).DefaultIfEmpty(0).Max();
            Assert.That(filter.Max, Is.EqualTo(expected));
        }
    }
}
