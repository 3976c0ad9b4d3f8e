using Scp.Protocol.Recovery;
using Scp.Protocol.Wire;

namespace Scp.Protocol.Tests.Recovery;

[TestFixture]
internal sealed class SentPacketsTests
{
    private static readonly PacketTraits[] Kinds =
    [
        PacketTraits.AckEliciting, PacketTraits.AckEliciting, PacketTraits.AckEliciting, PacketTraits.None,
        PacketTraits.AckEliciting | PacketTraits.Tunnelled, PacketTraits.AckEliciting | PacketTraits.MtuProbe,
        PacketTraits.AckEliciting | PacketTraits.PathProbe, PacketTraits.Tunnelled,
        PacketTraits.AckEliciting | PacketTraits.Parity,
    ];

    /// <summary>Against a dictionary that keeps everything for ever.</summary>
    [Property(MaxTest = 100)]
    public void TheTableIsADictionaryOfWhatIsNotSettled(int seed)
    {
        var random = new Random(seed);
        var packets = new SentPackets();
        Dictionary<ulong, Entry> model = [];
        long nowNs = 0;
        ulong item = 0;
        int keep = random.Next(1, 400);
        for (int step = 0; step < 1500; step++)
        {
            nowNs += random.Next(0, 5);
            ulong[] open = [.. model.Where(pair => pair.Value.State != PacketState.Settled).Select(pair => pair.Key)];
            if (open.Length < keep && random.Next(5) != 0)
            {
                Send(packets, model, random, nowNs, ref item);
            }
            else if (open.Length > 0)
            {
                Change(packets, model, random, open[random.Next(open.Length)]);
            }

            if (random.Next(20) == 0)
            {
                long before = nowNs - random.Next(0, 300);
                packets.ForgetLost(before);
                Forget(model, before);
            }

            Check(packets, model, random, $"seed {seed}, step {step}");
        }
    }

    [Test]
    public void WhatWasBegunAndNotSentLeavesNothingBehind()
    {
        var packets = new SentPackets();
        for (ulong i = 0; i < 1000; i++)
        {
            long first = packets.BeginItems();
            packets.AddItem(SentItem.ForControl(FrameType.Cancel, i, i));
            packets.AbandonItems(first);
        }

        Assert.That(packets.BeginItems(), Is.Zero);
        Assert.That(packets.Count, Is.Zero);
    }

    [Test]
    public void ItIsFullAtItsLimitAndRoomComesWithTheOldest()
    {
        var packets = new SentPackets();
        while (!packets.IsFull)
        {
            packets.Add(new SentPacket { FirstItem = packets.BeginItems(), Bytes = 1, Traits = PacketTraits.AckEliciting });
        }

        Assert.That(packets.Count, Is.EqualTo(ScpLimits.MaxPacketsInFlight));
        packets.Settle(ScpLimits.MaxPacketsInFlight);
        packets.ForgetLost(0);
        Assert.That(packets.IsFull, "the oldest is still under way");
        packets.Settle(1);
        packets.ForgetLost(0);
        Assert.That(packets.Oldest, Is.EqualTo(2));
        Assert.That(packets.IsFull, Is.False);
    }

    private static void Send(SentPackets packets, Dictionary<ulong, Entry> model, Random random, long nowNs, ref ulong item)
    {
        PacketTraits traits = Kinds[random.Next(Kinds.Length)];
        int bytes = random.Next(1, 1500);
        long first = packets.BeginItems();
        var items = new ulong[random.Next(0, 6)];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = item++;
            packets.AddItem(SentItem.ForControl(FrameType.Cancel, items[i], 1));
        }

        model[packets.Next] = new Entry
        {
            State = traits.HasFlag(PacketTraits.AckEliciting) ? PacketState.InFlight : PacketState.Settled,
            Traits = traits,
            Bytes = bytes,
            SentAtNs = nowNs,
            Items = items,
        };
        packets.Add(new SentPacket { FirstItem = first, Bytes = bytes, Traits = traits, SentAtNs = nowNs });
    }

    private static void Change(SentPackets packets, Dictionary<ulong, Entry> model, Random random, ulong number)
    {
        if (model[number].State == PacketState.InFlight && random.Next(3) == 0)
        {
            packets.MarkLost(number);
            model[number].State = PacketState.Lost;
        }
        else
        {
            packets.Settle(number);
            model[number].State = PacketState.Settled;
        }
    }

    /// <summary>Lost ones are forgotten oldest first, up to the first that is too young.</summary>
    private static void Forget(Dictionary<ulong, Entry> model, long sentBeforeNs)
    {
        foreach (Entry lost in model.OrderBy(pair => pair.Key).Select(pair => pair.Value).Where(entry => entry.State == PacketState.Lost))
        {
            if (lost.SentAtNs >= sentBeforeNs)
            {
                return;
            }

            lost.State = PacketState.Settled;
        }
    }

    private static void Check(SentPackets packets, Dictionary<ulong, Entry> model, Random random, string at)
    {
        Entry[] inFlight = [.. model.Values.Where(entry => entry.State == PacketState.InFlight)];
        long bytes = inFlight.Where(entry => (entry.Traits & PacketTraits.Uncounted) == 0).Sum(entry => (long)entry.Bytes);
        Assert.That(packets.BytesInFlight, Is.EqualTo(bytes), at);
        Assert.That(packets.TimedInFlight, Is.EqualTo(inFlight.Count(entry => (entry.Traits & PacketTraits.Untimed) == 0)), at);
        Assert.That(packets.Next, Is.EqualTo((ulong)model.Count + 1), at);

        ulong[] open = [.. model.Where(pair => pair.Value.State != PacketState.Settled).Select(pair => pair.Key).Order()];
        Assert.That(packets.Oldest, Is.LessThanOrEqualTo(open.Length > 0 ? open[0] : packets.Next), at);
        ulong from = packets.Oldest + (ulong)random.Next(0, packets.Count + 1);
        ulong end = from + (ulong)random.Next(0, (int)(packets.Next - from) + 1);
        Assert.That(packets.FindInFlight(from, end), Is.EqualTo(First(model, from, end, PacketState.InFlight)), at);
        Assert.That(packets.FindLost(from, end), Is.EqualTo(First(model, from, end, PacketState.Lost)), at);
        if (open.Length > 0)
        {
            ulong number = open[random.Next(open.Length)];
            SentPacket packet = packets[number];
            ulong[] items = [.. Enumerable.Range(0, packet.ItemCount).Select(i => packets.ItemAt(packet.FirstItem + i).Key)];
            Assert.That(packet.State, Is.EqualTo(model[number].State), at);
            Assert.That(packet.SentAtNs, Is.EqualTo(model[number].SentAtNs), at);
            Assert.That(items, Is.EqualTo(model[number].Items), at);
        }
    }

    private static ulong First(Dictionary<ulong, Entry> model, ulong from, ulong end, PacketState state)
    {
        for (ulong number = from; number < end; number++)
        {
            if (model[number].State == state)
            {
                return number;
            }
        }

        return end;
    }

    private sealed class Entry
    {
        public PacketState State { get; set; }

        public PacketTraits Traits { get; init; }

        public int Bytes { get; init; }

        public long SentAtNs { get; init; }

        public ulong[] Items { get; init; } = [];
    }
}
