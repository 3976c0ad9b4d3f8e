using Scp.Protocol.Streams;

namespace Scp.Protocol.Tests.Streams;

internal sealed class SentMapTests
{
    private const int Requeued = -1;

    /// <summary>The oracle keeps the lane of every single byte.</summary>
    [Property(MaxTest = 500)]
    public void RemembersTheLaneOfEveryByte(int seed)
    {
        var random = new Random(seed);
        var map = new SentMap();
        List<int> lanes = [];
        int start = 0;
        for (int step = 0; step < 200; step++)
        {
            int lane = random.Next(4);
            int firstRequeued = lanes.FindIndex(start, l => l == Requeued);
            switch (random.Next(8))
            {
                case 0:
                    start = random.Next(start, lanes.Count + 1);
                    map.TrimTo(start);
                    break;

                case 1:
                    map.RequeueLane(lane);
                    Replace(lanes, start, l => l == lane ? Requeued : l);
                    break;

                case 2 when random.Next(5) == 0:
                    map.RequeueAll();
                    Replace(lanes, start, _ => Requeued);
                    break;

                case 3 or 4 or 5 when firstRequeued >= 0:
                    Assert.That(map.TryFindRequeued(out long from, out long to), Is.True);
                    Assert.That(from, Is.EqualTo(firstRequeued));
                    int length = random.Next(1, (int)(to - from) + 1);
                    if (map.CanResend(length, lane))
                    {
                        map.Resend(length, lane);
                        Replace(lanes, firstRequeued, (l, i) => i < firstRequeued + length ? lane : l);
                    }

                    break;

                default:
                    if (map.CanAppend(lane))
                    {
                        int appended = random.Next(0, 6);
                        map.Append(appended, lane);
                        lanes.AddRange(Enumerable.Repeat(lane, appended));
                    }

                    break;
            }

            Check(map, lanes, start);
        }
    }

    [Test]
    public void IsBoundedHoweverLanesAlternate()
    {
        var map = new SentMap();
        int appended = 0;
        while (map.CanAppend(appended % 2))
        {
            map.Append(1, appended % 2);
            appended++;
        }

        Assert.That(appended, Is.EqualTo(StreamLimits.MaxSentRuns));
        map.RequeueLane(0);
        for (int i = 0; i < 10_000 && map.HasRequeued && map.CanResend(1, i % 3); i++)
        {
            map.Resend(1, i % 3);
        }

        Assert.That(map.Count, Is.LessThanOrEqualTo(2 * StreamLimits.MaxSentRuns + 1));
    }

    private static void Check(SentMap map, List<int> lanes, int start)
    {
        int firstRequeued = lanes.FindIndex(start, l => l == Requeued);
        int runs = Enumerable.Range(start, lanes.Count - start).Count(i => i == start || lanes[i] != lanes[i - 1]);
        Assert.That(map.Start, Is.EqualTo(start));
        Assert.That(map.End, Is.EqualTo(lanes.Count));
        Assert.That(map.Count, Is.EqualTo(runs));
        Assert.That(map.HasRequeued, Is.EqualTo(firstRequeued >= 0));
        if (map.TryFindRequeued(out long from, out long to))
        {
            int end = lanes.FindIndex(firstRequeued, l => l != Requeued);
            Assert.That(from, Is.EqualTo(firstRequeued));
            Assert.That(to, Is.EqualTo(end < 0 ? lanes.Count : end));
        }
    }

    private static void Replace(List<int> lanes, int from, Func<int, int> change) => Replace(lanes, from, (l, _) => change(l));

    private static void Replace(List<int> lanes, int from, Func<int, int, int> change)
    {
        for (int i = from; i < lanes.Count; i++)
        {
            lanes[i] = change(lanes[i], i);
        }
    }
}
