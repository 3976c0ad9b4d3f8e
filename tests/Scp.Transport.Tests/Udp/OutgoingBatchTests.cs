using FsCheck;
using Scp.Protocol.Session;
using Scp.Transport.Udp;

namespace Scp.Transport.Tests.Udp;

public sealed class OutgoingBatchTests
{
    /// <summary>Against the definition of a run: the longest prefix in which every rule holds.</summary>
    [Property(MaxTest = 300)]
    public void Runs_are_as_long_as_their_rules_allow(int seed, byte kind)
    {
        var random = new Random(seed);
        int[] lengths = (kind % 4) switch { 0 => [0, 1, 2], 1 => [10], 2 => [1200, 1200, 1200, 700], _ => [8952, 5000] };
        var batch = new OutgoingBatch();
        var sent = new List<(PathId Path, int Length)>();
        int stay = random.Next(1, 60);
        var path = new PathId(1);
        while (batch.HasRoom && sent.Count < 200)
        {
            path = random.Next(stay) == 0 ? new PathId((ulong)random.Next(2)) : path;
            int length = lengths[random.Next(lengths.Length)];
            batch.Add(new Transmit(path, length));
            sent.Add((path, length));
        }

        for (int i = 0; i < sent.Count; i++)
        {
            int expected = Enumerable.Range(1, sent.Count - i).TakeWhile(n => IsRun(sent.GetRange(i, n))).Last();
            Assert.That(batch.RunFrom(i, out int bytes), Is.EqualTo(expected), $"at {i}");
            Assert.That(bytes, Is.EqualTo(sent.GetRange(i, expected).Sum(d => d.Length)));
        }
    }

    [Test]
    public unsafe void Datagrams_lie_one_behind_the_other_and_keep_their_bytes()
    {
        var batch = new OutgoingBatch();
        for (int i = 0; i < 20; i++)
        {
            batch.Room[..i].Fill((byte)i);
            batch.Add(new Transmit(new PathId((ulong)i), i));
        }

        for (int i = 0; i < 20; i++)
        {
            Assert.That(batch.BytesOf(i).ToArray(), Has.Length.EqualTo(i).And.All.EqualTo(i));
            Assert.That((batch.PathOf(i), batch.LengthOf(i)), Is.EqualTo((new PathId((ulong)i), i)));
            Assert.That(batch.AddressOf(i) - batch.AddressOf(0), Is.EqualTo(i * (i - 1L) / 2));
        }
    }

    private static bool IsRun(List<(PathId Path, int Length)> run) =>
        run.Count == 1
        || (run.Count <= 64
            && run.Sum(d => d.Length) <= 65_000
            && run.All(d => d.Path == run[0].Path && d.Length > 0)
            && run.SkipLast(1).All(d => d.Length == run[0].Length)
            && run[^1].Length <= run[0].Length);
}
