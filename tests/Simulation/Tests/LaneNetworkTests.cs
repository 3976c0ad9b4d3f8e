using Scp.PathModel;
using Simulation.Harness;
using Simulation.Network;

namespace Simulation.Tests;

/// <summary>The simulated connections keep what TCP promises, and break as TCP does.</summary>
public sealed class LaneNetworkTests
{
    private const int BufferBytes = 64 * 1024;

    [Property]
    public void A_ring_is_a_queue(byte[][] writes, ushort[] reads)
    {
        var ring = new ByteRing();
        var oracle = new Queue<byte>();
        for (int i = 0; i < writes.Length; i++)
        {
            ring.Write(writes[i]);
            Array.ForEach(writes[i], oracle.Enqueue);
            ReadOnlySpan<byte> piece = ring.Peek(reads.Length == 0 ? 1 : reads[i % reads.Length]);
            foreach (byte value in piece)
            {
                Assert.That(value, Is.EqualTo(oracle.Dequeue()));
            }

            ring.Skip(piece.Length);
            Assert.That(ring.Count, Is.EqualTo(oracle.Count));
        }
    }

    [Test]
    public void Bytes_arrive_whole_and_in_order_across_cuts([Range(1, 20)] int seed)
    {
        var random = new PathRandom((ulong)seed);
        PipeDirection pipe = Pipe(ref random, out SimPath path);
        byte[] sent = new byte[500_000];
        new Random(seed).NextBytes(sent);
        var got = new List<byte>();
        int written = 0;
        for (long nowNs = 0; got.Count < sent.Length; nowNs += SimTime.Ms)
        {
            Assert.That(nowNs, Is.LessThan(120 * SimTime.Second), $"seed {seed}: the pipe stands still");
            while (written < sent.Length && pipe.HasRoom)
            {
                int count = (int)Math.Min(random.NextBetween(1, 30_000), sent.Length - written);
                pipe.Write(sent.AsSpan(written, count), nowNs);
                written += count;
            }

            Toggle(path, ref random);
            Take(pipe, got, nowNs, ref random);
        }

        Assert.That(got, Is.EqualTo(sent), $"seed {seed}");
    }

    [Test]
    public void Of_a_broken_connection_a_prefix_arrives([Range(1, 20)] int seed)
    {
        var random = new PathRandom((ulong)seed);
        PipeDirection pipe = Pipe(ref random, out _);
        byte[] sent = [.. Enumerable.Range(0, 60_000).Select(i => (byte)(i / 7))];
        pipe.Write(sent, 0);
        int arriving = (int)random.NextBelow(sent.Length + 1);
        pipe.BreakAfter(arriving);
        pipe.Write(sent, 0);
        var got = new List<byte>();
        Take(pipe, got, 10 * SimTime.Second, ref random);

        Assert.That(got, Is.EqualTo(sent[..arriving]), $"seed {seed}");
        Assert.That(pipe.NextAtNs, Is.EqualTo(long.MaxValue), "nothing more comes");
    }

    [Test]
    public void A_full_send_buffer_stays_full_when_nobody_is_there()
    {
        var random = new PathRandom(1);
        PipeDirection pipe = Pipe(ref random, out _);
        pipe.BreakAfter(0);
        pipe.Write(new byte[BufferBytes], 0);

        Assert.That(pipe.HasRoom, Is.False);
    }

    [Test]
    public void A_rebound_node_is_found_under_its_new_address_only()
    {
        var book = new AddressBook(3);
        var before = book.Of(viewer: 0, node: 2);
        book.Rebind(2, 0);

        Assert.That(book.Resolve(before, out _), Is.EqualTo(AddressKind.Dead));
        Assert.That(book.Resolve(book.Of(0, 2), out int node), Is.EqualTo(AddressKind.Live));
        Assert.That(node, Is.EqualTo(2));
        Assert.That(book.Resolve(AddressBook.Stranger(0, 5), out _), Is.EqualTo(AddressKind.Stranger));
    }

    private static PipeDirection Pipe(ref PathRandom random, out SimPath path)
    {
        path = new SimPath(PathProfiles.Intercontinental, random.NextUInt64());
        return new PipeDirection(path, new SimPath(PathProfiles.Intercontinental, random.NextUInt64()), BufferBytes, random.Fork());
    }

    private static void Toggle(SimPath path, ref PathRandom random)
    {
        if (random.Chance(0.01) && !path.AreLanesCut)
        {
            path.CutLanes();
        }
        else if (random.Chance(0.01) && path.AreLanesCut)
        {
            path.HealLanes();
        }
    }

    private static void Take(PipeDirection pipe, List<byte> got, long nowNs, ref PathRandom random)
    {
        while (true)
        {
            ReadOnlySpan<byte> bytes = pipe.Arrived(nowNs);
            if (bytes.IsEmpty)
            {
                return;
            }

            int count = (int)random.NextBetween(1, bytes.Length);
            got.AddRange(bytes[..count]);
            pipe.Take(count);
        }
    }
}
