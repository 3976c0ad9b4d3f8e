using System.Threading.Channels;
using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>
/// Owners and the writer on threads of their own, on the real disk: owners read everything they have while segments are
/// emptied and used again under them.
/// </summary>
public sealed class ThreadingTests
{
    private const int OwnerCount = 3;
    private const int GroupsPerOwner = 4;
    private const int BatchesPerOwner = 250;

    private string _directory = null!;

    [SetUp]
    public void SetUp() => _directory = Path.Combine(Path.GetTempPath(), "log-" + Path.GetRandomFileName());

    [TearDown]
    public void TearDown() => Directory.Delete(_directory, recursive: true);

    [Test]
    [CancelAfter(60_000)]
    public async Task OwnersReadWhatTheyWroteWhileSegmentsAreUsedAgain(CancellationToken cancel)
    {
        int seed = TestContext.CurrentContext.Random.Next();
        TestContext.Out.WriteLine($"seed: {seed}");
        using FileLogDisk disk = FileLogDisk.OpenDirectory(_directory);
        LogOptions options = LogFixture.Small with { CacheBytes = 20_000 };
        using NodeLog log = NodeLog.Open(disk, options, LogFixture.Node, LogFixture.Identity, create: true);
        var toWrite = Channel.CreateBounded<(LogBatch Batch, ChannelWriter<LogBatch> Back)>(OwnerCount * 2);
        Task[] owners = [.. Enumerable.Range(0, OwnerCount).Select(owner => Task.Run(() => Own(log, owner, seed + owner, toWrite.Writer, cancel), cancel))];
        Task<int> writer = Task.Run(() => WriteAll(log, toWrite.Reader), cancel);
        try
        {
            await Task.WhenAll(owners);
        }
        finally
        {
            toWrite.Writer.Complete();
        }

        Assert.That(await writer, Is.Positive, "no segment was released");
    }

    /// <summary>Returns how many segments were released meanwhile.</summary>
    private static async Task<int> WriteAll(NodeLog log, ChannelReader<(LogBatch Batch, ChannelWriter<LogBatch> Back)> queue)
    {
        int released = 0;
        while (await queue.WaitToReadAsync())
        {
            var taken = new List<(LogBatch Batch, ChannelWriter<LogBatch> Back)>();
            while (queue.TryRead(out var item))
            {
                taken.Add(item);
            }

            log.Write(taken.Select(item => item.Batch).ToArray());
            foreach ((LogBatch batch, ChannelWriter<LogBatch> back) in taken)
            {
                back.TryWrite(batch);
            }

            ulong oldest = log.Segments.Oldest.Id;
            log.CompactStep(16 * 1024);
            released += (int)(log.Segments.Oldest.Id - oldest);
        }

        return released;
    }

    private static async Task Own(
        NodeLog log, int owner, int seed, ChannelWriter<(LogBatch Batch, ChannelWriter<LogBatch> Back)> toWriter, CancellationToken cancel)
    {
        var random = new Random(seed);
        Channel<LogBatch> back = Channel.CreateUnbounded<LogBatch>();
        var written = new ModelLog();
        var completed = new ModelLog();
        var free = new Queue<LogBatch>([new(), new()]);
        for (int i = 0; i < BatchesPerOwner; i++)
        {
            if (free.Count == 0)
            {
                LogBatch done = await back.Reader.ReadAsync(cancel);
                Complete(done, completed);
                free.Enqueue(done);
            }

            LogBatch batch = free.Dequeue();
            var id = new GroupId((ulong)((owner * GroupsPerOwner) + random.Next(GroupsPerOwner) + 1));
            new GroupWriteFiller(random, log.Options).Fill(batch.Add(log.OpenGroup(id)), written[id]);
            await toWriter.WriteAsync((batch, back.Writer), cancel);

            var other = new GroupId((ulong)((owner * GroupsPerOwner) + random.Next(GroupsPerOwner) + 1));
            Assert.That(completed[other].Difference(log.OpenGroup(other)), Is.Null);
        }
    }

    private static void Complete(LogBatch batch, ModelLog completed)
    {
        foreach (Action<ModelLog> step in ModelLog.StepsOf(batch[0]))
        {
            step(completed);
        }

        batch.Complete();
        batch.Clear();
    }
}
