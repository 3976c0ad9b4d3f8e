using FsCheck;
using Wan.Forwarding;

namespace Wan.Tests.Forwarding;

public sealed class PacketPoolTests
{
    [Property]
    public void A_slot_is_free_when_its_last_holder_let_go(NonEmptyArray<byte> script)
    {
        using var pool = new PacketPool(packetBytes: 100, totalBytes: 1_024);
        Assert.That(pool.SlotCount, Is.EqualTo(8));
        int[] holders = new int[pool.SlotCount];
        foreach (byte step in script.Get)
        {
            int chosen = step % pool.SlotCount;
            if (step % 3 == 0)
            {
                Assert.That(pool.TryTake(out int slot), Is.EqualTo(holders.Contains(0)));
                Assert.That(slot < 0 || holders[slot]++ == 0, Is.True, "a slot was given out twice");
            }
            else if (holders[chosen] > 0 && step % 3 == 1)
            {
                pool.Share(chosen);
                holders[chosen]++;
            }
            else if (holders[chosen] > 0)
            {
                pool.Release(chosen);
                holders[chosen]--;
            }

            Assert.That(pool.FreeCount, Is.EqualTo(holders.Count(count => count == 0)));
        }
    }

    [Test]
    public void Slots_do_not_overlap()
    {
        using var pool = new PacketPool(packetBytes: 100, totalBytes: 1_024);
        for (int i = 0; i < pool.SlotCount; i++)
        {
            pool.Bytes(i, pool.PacketBytes).Fill((byte)i);
        }

        for (int i = 0; i < pool.SlotCount; i++)
        {
            Assert.That(pool.Bytes(i, pool.PacketBytes).IndexOfAnyExcept((byte)i), Is.EqualTo(-1));
        }
    }

    [Test]
    public void Letting_go_twice_is_a_mistake()
    {
        using var pool = new PacketPool(packetBytes: 100, totalBytes: 1_024);
        Assert.That(pool.TryTake(out int slot), Is.True);
        pool.Release(slot);
        Assert.That(() => pool.Release(slot), Throws.InvalidOperationException);
        Assert.That(() => pool.Share(slot), Throws.InvalidOperationException);
    }
}
