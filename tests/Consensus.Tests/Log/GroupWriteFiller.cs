using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>Fills a write with something that a group might want, and takes the model along.</summary>
internal sealed class GroupWriteFiller(Random random, LogOptions options)
{
    public void Fill(GroupWrite write, ModelGroup model)
    {
        if (random.Next(3) == 0)
        {
            write.SetHardState(new HardState(random.Next(100), new ReplicaId((ulong)random.Next(5)), random.NextInt64(model.LastIndex + 4)));
        }

        if (random.Next(6) == 0)
        {
            SnapshotMark mark = MakeMark(model);
            model.SetMark(mark);
            write.SetMark(mark);
        }

        if (random.Next(4) != 0)
        {
            AppendEntries(write, model);
        }
    }

    private SnapshotMark MakeMark(ModelGroup model)
    {
        byte[] configuration = new byte[random.Next(20)];
        random.NextBytes(configuration);
        long within = model.Mark.Index + random.Next(model.Entries.Count + 1);
        return random.Next(5) switch
        {
            // From elsewhere: beyond the log, or of another history.
            0 => new SnapshotMark(model.LastIndex + 1 + random.Next(5), model.LastTerm + random.Next(2), configuration),
            1 => new SnapshotMark(within, model.LastTerm + 1, configuration),
            2 => new SnapshotMark(model.LastIndex, model.LastTerm, configuration),
            _ => new SnapshotMark(within, model.TermAt(within), configuration),
        };
    }

    private void AppendEntries(GroupWrite write, ModelGroup model)
    {
        long first = model.LastIndex + 1;
        if (random.Next(5) == 0)
        {
            first -= random.Next(model.Entries.Count + 1);
        }

        long term = model.TermAt(first - 1) + (random.Next(4) == 0 ? 1 : 0);
        int count = random.Next(1, 8);
        for (int i = 0; i < count; i++)
        {
            byte[] data = new byte[SizeOfData()];
            random.NextBytes(data);
            var entry = new Entry(first + i, term, (EntryKind)random.Next(1, 4), data);
            model.Append(entry);
            write.Append(entry);
            term += random.Next(8) == 0 ? 1 : 0;
        }
    }

    private int SizeOfData() => random.Next(40) switch
    {
        0 => options.MaxEntryBytes,
        < 5 => random.Next(6000),
        < 8 => 0,
        _ => random.Next(300),
    };
}
