using FsCheck;

namespace Scp.PathModel.Tests;

public sealed class DeliveryQueueTests
{
    /// <summary>
    /// Random pushes, pops and clears against a list that is sorted stably each time. Few distinct times, so that ties are common.
    /// </summary>
    [Property(MaxTest = 500, EndSize = 400)]
    public void It_agrees_with_a_sorted_list(int[] script)
    {
        var queue = new DeliveryQueue<string>();
        var oracle = new List<(long AtNs, string Item)>();
        for (int step = 0; step < script.Length; step++)
        {
            int draw = script[step];
            if (draw % 41 == 7)
            {
                queue.Clear();
                oracle.Clear();
            }
            else if (draw % 3 != 0)
            {
                long atNs = Math.Abs((long)draw) % 7;
                string item = $"{step}";
                Assert.That(queue.TryEnqueue(atNs, item), Is.True);
                oracle.Add((atNs, item));
            }
            else
            {
                PopBoth(queue, oracle, nowNs: Math.Abs((long)draw / 3) % 7);
            }

            Assert.That(queue.Count, Is.EqualTo(oracle.Count));
            Assert.That(queue.NextAtNs, Is.EqualTo(oracle.Count == 0 ? long.MaxValue : oracle.Min(entry => entry.AtNs)));
        }

        while (oracle.Count > 0)
        {
            PopBoth(queue, oracle, long.MaxValue);
        }

        Assert.That(queue.TryDequeueDue(long.MaxValue, out _), Is.False);
    }

    [Test]
    public void Ties_come_out_in_the_order_in_which_they_went_in()
    {
        var queue = new DeliveryQueue<int>();
        for (int i = 0; i < 1000; i++)
        {
            Assert.That(queue.TryEnqueue(5, i), Is.True);
        }

        for (int i = 0; i < 1000; i++)
        {
            Assert.That(queue.TryDequeueDue(5, out int item), Is.True);
            Assert.That(item, Is.EqualTo(i));
        }
    }

    [Test]
    public void Nothing_comes_out_early()
    {
        var queue = new DeliveryQueue<int>();
        _ = queue.TryEnqueue(10, 1);
        Assert.That(queue.TryDequeueDue(9, out _), Is.False);
        Assert.That(queue.TryDequeueDue(10, out _), Is.True);
    }

    [Test]
    public void A_full_queue_refuses_and_takes_again_once_there_is_room()
    {
        var queue = new DeliveryQueue<int>(maxCount: 100);
        for (int i = 0; i < 100; i++)
        {
            Assert.That(queue.TryEnqueue(i, i), Is.True);
        }

        Assert.That(queue.TryEnqueue(0, 0), Is.False);
        Assert.That(queue.Count, Is.EqualTo(100));
        Assert.That(queue.TryDequeueDue(0, out _), Is.True);
        Assert.That(queue.TryEnqueue(0, 0), Is.True);
    }

    [Test]
    public void Clear_loses_everything_and_the_queue_goes_on()
    {
        var queue = new DeliveryQueue<int>();
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 500; i++)
            {
                Assert.That(queue.TryEnqueue(1000 - i, i), Is.True);
            }

            Assert.That(queue.TryDequeueDue(long.MaxValue, out int first), Is.True);
            Assert.That(first, Is.EqualTo(499));
            queue.Clear();
            Assert.That(queue.Count, Is.Zero);
            Assert.That(queue.NextAtNs, Is.EqualTo(long.MaxValue));
        }
    }

    [Test]
    public void What_has_left_is_not_kept_alive()
    {
        var queue = new DeliveryQueue<object>();
        WeakReference left = PassThrough(queue);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.That(left.IsAlive, Is.False);
        GC.KeepAlive(queue);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference PassThrough(DeliveryQueue<object> queue)
    {
        object item = new();
        _ = queue.TryEnqueue(1, item);
        _ = queue.TryDequeueDue(1, out _);
        return new WeakReference(item);
    }

    private static void PopBoth(DeliveryQueue<string> queue, List<(long AtNs, string Item)> oracle, long nowNs)
    {
        (long AtNs, string Item)[] due = [.. oracle.Where(entry => entry.AtNs <= nowNs).OrderBy(entry => entry.AtNs)];
        bool popped = queue.TryDequeueDue(nowNs, out string? item);
        Assert.That(popped, Is.EqualTo(due.Length > 0));
        if (popped)
        {
            Assert.That(item, Is.EqualTo(due[0].Item));
            _ = oracle.Remove(due[0]);
        }
    }
}
