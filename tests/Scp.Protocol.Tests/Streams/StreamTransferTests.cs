using System.Diagnostics;
using Scp.Protocol.Lanes;
using Scp.Protocol.Streams;
using Tests.Shared;

namespace Scp.Protocol.Tests.Streams;

/// <summary>Bulk in steady state: copied in, copied out, and nothing else.</summary>
internal sealed class StreamTransferTests
{
    private const int WarmUpRounds = 200;

    [TestCase(1)]
    [TestCase(4)]
    public void SteadyTransferAllocatesNothing(int lanes)
    {
        var transfer = new Transfer(lanes);
        transfer.Run(WarmUpRounds);
        Assert.That(Allocations.Of(() => transfer.Run(1000)), Is.Zero);
    }

    /// <summary>Told beside four bare copies, which is what a transfer through both tables has to do at least.</summary>
    [Test]
    public void SpeedOfATransferThroughTwoTables()
    {
        const int Rounds = 5000;
        var transfer = new Transfer(lanes: 1);
        byte[][] buffers = [.. Enumerable.Range(0, 5).Select(_ => new byte[ScpLimits.MaxChunkBytes])];
        double best = 0;
        double bestBare = 0;
        for (int trial = 0; trial < 5; trial++)
        {
            best = Math.Max(best, MegabytesPerSecond(Rounds, () => transfer.Run(Rounds)));
            bestBare = Math.Max(bestBare, MegabytesPerSecond(Rounds, () => CopyAlong(buffers, Rounds)));
        }

        TestContext.Out.WriteLine($"{best:F0} MB/s, bare copies {bestBare:F0} MB/s");
        Assert.That(transfer.Received, Is.EqualTo(5L * Rounds * ScpLimits.MaxChunkBytes));
    }

    private static double MegabytesPerSecond(int chunks, Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return chunks * (ScpLimits.MaxChunkBytes / 1e6) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void CopyAlong(byte[][] buffers, int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            for (int k = 1; k < buffers.Length; k++)
            {
                buffers[k - 1].CopyTo(buffers[k], 0);
            }
        }
    }

    private sealed class Transfer
    {
        private readonly StreamTable _from = new(new StreamTableOptions { IsInitiator = true });
        private readonly StreamTable _to = new(new StreamTableOptions { IsInitiator = false });
        private readonly LaneReader[] _readers;
        private readonly byte[] _data = new byte[ScpLimits.MaxChunkBytes];
        private readonly byte[] _frame = new byte[LaneFraming.MaxFrameBytes];
        private readonly StreamId _id;

        public Transfer(int lanes)
        {
            _readers = [.. Enumerable.Range(0, lanes).Select(_ => new LaneReader())];
            Assert.That(_from.TryOpen(true, Priority.Bulk, out _id), Is.True);
        }

        public long Received { get; private set; }

        public void Run(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                int lane = i % _readers.Length;
                _from.Write(_id, _data);
                int written = _from.BuildChunk(lane, _frame);
                ReadOnlySpan<byte> bytes = _frame.AsSpan(0, written);
                while (_readers[lane].TryRead(ref bytes, out LaneItem item))
                {
                    _to.HandleChunk(lane, item);
                }

                Received += _to.Read(_id, _data, i, out _);
                Exchange(_from);
                Exchange(_to);
            }
        }

        private void Exchange(StreamTable table)
        {
            StreamTable other = table == _from ? _to : _from;
            while (table.TryTakeEvent(out _))
            {
            }

            while (table.TryTakeControl(out StreamControl control))
            {
                other.Handle(control);
                table.OnControlAcked(control);
            }
        }
    }
}
