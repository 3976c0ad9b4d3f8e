using Consensus.Core;
using Consensus.Tests.Core.Cluster;

namespace Consensus.Tests.Core;

[TestFixture]
public sealed class LogViewTests
{
    private readonly EntryArena _arena = new();

    [Test]
    public void What_replaces_an_entry_does_not_inherit_its_durability()
    {
        var log = NewLog();
        Append(log, 1, 1);
        Append(log, 2, 1);
        _ = log.BeginWrite(1, _arena);

        // The write is under way when another leader's entry takes the second one's place, and is written in turn.
        log.CutFrom(2);
        Append(log, 2, 2);
        _ = log.BeginWrite(2, _arena);
        log.EndWrites(1);
        Assert.That(log.DurableIndex, Is.EqualTo(1));
        log.EndWrites(2);
        Assert.That(log.DurableIndex, Is.EqualTo(2));
    }

    [Test]
    public void A_log_that_was_reset_is_durable_from_the_resets_write_on()
    {
        var log = NewLog();
        Append(log, 1, 1);
        _ = log.BeginWrite(1, _arena);
        log.Reset(new SnapshotMark(5, 3, default));
        var (_, mark, resets) = log.BeginWrite(2, _arena);
        Assert.That((mark!.Value.Index, resets), Is.EqualTo((5L, true)));
        log.EndWrites(1);
        Assert.That(log.DurableIndex, Is.Zero);
        log.EndWrites(2);
        Assert.That((log.DurableIndex, log.LastIndex, log.LastTerm), Is.EqualTo((5L, 5L, 3L)));
    }

    [Test]
    public void Only_what_is_durable_leaves_memory()
    {
        var log = NewLog();
        Append(log, 1, 1);
        _ = log.BeginWrite(1, _arena);
        Append(log, 2, 1);

        // Were one of them dropped, it would be asked of the disk, which has neither.
        log.Trim(neededAfter: 2, maxBytes: 0);
        Assert.That(log.Read(1, 3, int.MaxValue, int.MaxValue, _arena).Length, Is.EqualTo(2));
    }

    [Test]
    public void Reads_are_limited_in_entries_and_in_bytes_and_give_one_entry_at_least()
    {
        var log = NewLog();
        for (int index = 1; index <= 9; index++)
        {
            log.Append(new Entry(index, 1, EntryKind.Command, new byte[10]));
        }

        Assert.That(log.Read(1, 10, maxBytes: 25, maxEntries: 99, _arena).Length, Is.EqualTo(2));
        Assert.That(log.Read(1, 10, maxBytes: 1, maxEntries: 99, _arena).Length, Is.EqualTo(1));
        Assert.That(log.Read(1, 10, maxBytes: 999, maxEntries: 3, _arena).Length, Is.EqualTo(3));
        Assert.That(log.RepeatFrom(lowerBound: 3, index: 8, maxBytes: 25), Is.EqualTo(6));
        Assert.That(log.RepeatFrom(lowerBound: 7, index: 8, maxBytes: 999), Is.EqualTo(7));
    }

    [Test]
    public void Entries_ahead_of_a_gap_come_out_once_each_in_order_and_within_their_limits()
    {
        const int MaxEntries = 8;
        const long MaxBytes = 60;
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var random = new RandomSource(seed);
            var held = new HeldEntries(MaxEntries, MaxBytes);
            var oracle = new SortedDictionary<long, Entry>();
            long match = 0;
            for (int step = 0; step < 200; step++)
            {
                var entry = new Entry(match + random.Below(MaxEntries + 4), 1, EntryKind.Command, new byte[random.Below(20)]);
                if (random.Below(3) > 0)
                {
                    held.Hold(entry, match);
                    long bytes = oracle.Values.Sum(e => (long)e.Data.Length);
                    if (entry.Index > match && entry.Index <= match + MaxEntries && bytes + entry.Data.Length <= MaxBytes)
                    {
                        _ = oracle.TryAdd(entry.Index, entry);
                    }
                }
                else
                {
                    // Sometimes the match moves on without asking: entries came another way.
                    match += random.Below(3);
                    oracle.Where(o => o.Key <= match).ToList().ForEach(o => oracle.Remove(o.Key));
                    Assert.That(held.TryTake(match + 1, out var taken), Is.EqualTo(oracle.Remove(match + 1, out var expected)), $"seed: {seed}");
                    Assert.That(taken, Is.EqualTo(expected), $"seed: {seed}");
                }

                Assert.That(held.FirstIndex, Is.EqualTo(oracle.Count == 0 ? 0 : oracle.Keys.First()), $"seed: {seed}");
            }
        }
    }

    private static LogView NewLog() => new(new SimDisk(Configuration.Empty));

    private static void Append(LogView log, long index, long term) => log.Append(new Entry(index, term, EntryKind.Command, new byte[1]));
}
