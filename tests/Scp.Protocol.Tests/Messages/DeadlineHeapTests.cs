using Scp.Protocol.Messages;

namespace Scp.Protocol.Tests.Messages;

[TestFixture]
internal sealed class DeadlineHeapTests
{
    /// <summary>Against a sorted set, of which any with the earliest deadline may be the first.</summary>
    [Property(MaxTest = 300)]
    public void TheEarliestComesFirstWhateverLeavesBetween(int seed)
    {
        var random = new Random(seed);
        var heap = new DeadlineHeap();
        SortedSet<(long DeadlineNs, long Context)> model = [];
        List<OutgoingMessage> inside = [];
        long nowNs = 0;
        for (int step = 0; step < 600; step++)
        {
            switch (random.Next(4))
            {
                case 0 or 1:
                    var message = new OutgoingMessage { DeadlineNs = nowNs + random.Next(1, 100), Context = step };
                    heap.Add(message);
                    inside.Add(message);
                    model.Add((message.DeadlineNs, message.Context));
                    break;
                case 2 when inside.Count > 0:
                    OutgoingMessage gone = inside[random.Next(inside.Count)];
                    heap.Remove(gone);
                    heap.Remove(gone);
                    Assert.That(gone.DeadlineIndex, Is.EqualTo(-1));
                    Leave(gone);
                    break;
                default:
                    nowNs += random.Next(0, 20);
                    while (heap.TakeExpired(nowNs) is { } expired)
                    {
                        Assert.That(expired.DeadlineNs, Is.EqualTo(model.Min.DeadlineNs), $"seed {seed}, step {step}");
                        Leave(expired);
                    }

                    Assert.That(model.Count == 0 || model.Min.DeadlineNs > nowNs, $"seed {seed}, step {step}");
                    break;
            }

            Assert.That(heap.EarliestNs, Is.EqualTo(model.Count == 0 ? long.MaxValue : model.Min.DeadlineNs), $"seed {seed}, step {step}");
        }

        void Leave(OutgoingMessage message)
        {
            Assert.That(model.Remove((message.DeadlineNs, message.Context)), "a message left twice");
            inside.Remove(message);
        }
    }
}
