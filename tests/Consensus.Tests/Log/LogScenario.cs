using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>
/// Drives a log from a seed: two owners write groups, complete late, read; the log compacts; processes end, disks fill up,
/// syncs fail and power is lost in any call. After each the log must hold what was acknowledged, and of what was under way
/// some beginning of it.
/// </summary>
public sealed class LogScenario
{
    private const int OwnerCount = 2;

    private static readonly UInt128 Identity = new(0x1122334455667788, 0x99AABBCCDDEEFF00);

    private readonly Random _random;
    private readonly SimulatedLogDisk _disk;
    private readonly LogOptions _options;
    private readonly GroupId[] _groups;
    private readonly Queue<LogBatch>[] _inFlight = new Queue<LogBatch>[OwnerCount];
    private readonly bool[] _isRemoving = new bool[OwnerCount];
    private readonly Queue<LogBatch> _free = new();
    private readonly List<Action<ModelLog>> _underWay = [];

    private NodeLog _log = null!;
    private readonly ModelLog _written = new();
    private ModelLog _completed = new();
    private bool _isDiskFull;

    public LogScenario(int seed)
    {
        _random = new Random(seed);
        _disk = new SimulatedLogDisk(seed ^ 0x5EED);
        _groups = [.. Enumerable.Range(1, _random.Next(1, 6)).Select(i => new GroupId((ulong)i))];
        _options = new LogOptions
        {
            SegmentBytes = LogOptions.MinSegmentBytes,
            MaxBatchBytes = _random.Next(2) == 0 ? 12 * 1024 : 16 * 1024,
            MaxRecordBytes = _random.Next(100, 4000),
            CacheBytes = _random.Next(3) switch { 0 => 0, 1 => 4096, _ => 1 << 20 },
            MaxSpareSegments = _random.Next(1, 3),
            RewriteAfterSegments = _random.Next(1, 4),
            RewriteBelowPercent = _random.Next(10, 50),
            MaxSpacePercent = _random.Next(200, 400),
        };
        for (int owner = 0; owner < OwnerCount; owner++)
        {
            _inFlight[owner] = new Queue<LogBatch>();
        }
    }

    /// <summary>How often each thing happened, to show that it does.</summary>
    public ScenarioCoverage Coverage { get; } = new();

    public void Run(int steps)
    {
        _log = NodeLog.Open(_disk, _options, new NodeId(7), Identity, create: true);
        for (int i = 0; i < steps; i++)
        {
            Step();
        }

        _disk.FailsNextSync = false;
        _disk.CallsUntilPowerCut = -1;
        Audit();
        Restart(losesPower: _random.Next(2) == 0);
    }

    private void Step()
    {
        try
        {
            switch (_random.Next(20))
            {
                case < 9:
                    Write();
                    break;
                case < 13:
                    CompleteSome();
                    break;
                case < 16:
                    Compact();
                    break;
                case < 17:
                    Read();
                    break;
                case < 18:
                    Arm();
                    break;
                case < 19:
                    Restart(losesPower: _random.Next(2) == 0);
                    break;
                default:
                    FillOrFreeDisk();
                    break;
            }
        }
        catch (PowerCutException)
        {
            Coverage.Cuts++;
            Restart(losesPower: _random.Next(3) != 0);
        }
        catch (LogDiskException)
        {
            Coverage.Failures++;
            ExpectRefusal();
            Restart(losesPower: _random.Next(2) == 0);
        }
    }

    /// <summary>After a failure the log takes nothing more.</summary>
    private void ExpectRefusal() => Assert.That(() => _log.CompactStep(1), Throws.InvalidOperationException);

    private void Arm()
    {
        if (_random.Next(4) == 0)
        {
            _disk.FailsNextSync = true;
        }
        else
        {
            _disk.CallsUntilPowerCut = _random.Next(8);
        }
    }

    private void FillOrFreeDisk()
    {
        _isDiskFull = !_isDiskFull && _random.Next(2) == 0;
        _disk.CapacityBytes = _isDiskFull ? 0 : long.MaxValue;
    }

    private void Write()
    {
        var batches = new List<LogBatch>();
        ModelLog next = _written.Copy();
        for (int owner = 0; owner < OwnerCount; owner++)
        {
            if (owner == 0 || _random.Next(2) == 0)
            {
                batches.Add(Fill(owner, next));
            }
        }

        _underWay.Clear();
        try
        {
            _log.Write(batches.ToArray());
        }
        finally
        {
            foreach (LogBatch batch in batches)
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    _underWay.AddRange(ModelLog.StepsOf(batch[i]));
                    Coverage.Refusals += batch[i].AreEntriesRefused ? 1 : 0;
                }
            }
        }

        Apply(_underWay, _written);
        _underWay.Clear();
        foreach (LogBatch batch in batches)
        {
            _inFlight[OwnerOf(batch[0].Group)].Enqueue(batch);
        }
    }

    private static int OwnerOf(GroupId group) => (int)(group.Value % OwnerCount);

    private static void Apply(List<Action<ModelLog>> steps, ModelLog model)
    {
        foreach (Action<ModelLog> step in steps)
        {
            step(model);
        }
    }

    /// <summary>A batch of an owner, and the model as it will be if all of it is written.</summary>
    private LogBatch Fill(int owner, ModelLog next)
    {
        if (_isRemoving[owner])
        {
            CompleteAll(owner);
        }

        LogBatch batch = _free.Count > 0 ? _free.Dequeue() : new LogBatch();
        GroupId[] mine = [.. _groups.Where(group => OwnerOf(group) == owner)];
        if (mine.Length == 0)
        {
            mine = [new GroupId((ulong)(100 + owner))];
        }

        int count = _random.Next(1, 4);
        for (int i = 0; i < count; i++)
        {
            GroupId id = mine[_random.Next(mine.Length)];
            if (_random.Next(40) == 0 && !IsInFlight(batch, id))
            {
                CompleteAll(owner);
                batch.Add(_log.OpenGroup(id)).Remove();
                _isRemoving[owner] = true;
                Coverage.Removals++;
                break;
            }

            GroupWrite write = batch.Add(_log.OpenGroup(id));
            new GroupWriteFiller(_random, _options).Fill(write, next[id]);
        }

        return batch;
    }

    private static bool IsInFlight(LogBatch batch, GroupId id)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            if (batch[i].Group == id)
            {
                return true;
            }
        }

        return false;
    }

    private void CompleteSome()
    {
        int owner = _random.Next(OwnerCount);
        for (int i = _random.Next(1, 4); i > 0 && _inFlight[owner].Count > 0; i--)
        {
            CompleteOne(owner);
        }
    }

    private void CompleteAll(int owner)
    {
        while (_inFlight[owner].Count > 0)
        {
            CompleteOne(owner);
        }

        _isRemoving[owner] = false;
    }

    private void CompleteOne(int owner)
    {
        LogBatch batch = _inFlight[owner].Dequeue();
        for (int i = 0; i < batch.Count; i++)
        {
            Apply([.. ModelLog.StepsOf(batch[i])], _completed);
        }

        batch.Complete();
        batch.Clear();
        _free.Enqueue(batch);
    }

    private void Compact()
    {
        int before = _log.Segments.Count;
        for (int i = _random.Next(1, 6); i > 0 && _log.CompactStep(_random.Next(1, 8000)); i--)
        {
        }

        Coverage.Releases += Math.Max(0, before - _log.Segments.Count);
    }

    /// <summary>Whatever was written meanwhile, an owner sees what it has completed.</summary>
    private void Read()
    {
        foreach (GroupId id in _groups)
        {
            GroupLog log = _log.OpenGroup(id);
            Assert.That(_completed[id].Difference(log), Is.Null);
            ReadPart(log, _completed[id]);
        }
    }

    private void ReadPart(GroupLog log, ModelGroup model)
    {
        if (model.Entries.Count == 0)
        {
            return;
        }

        long from = model.Mark.Index + 1 + _random.Next(model.Entries.Count);
        long until = from + 1 + _random.Next((int)(model.LastIndex - from + 1));
        int maxBytes = _random.Next(2000);
        var read = new List<Entry>();
        log.Read(from, until, maxBytes, read);
        long bytes = 0;
        int expected = 0;
        for (long index = from; index < until; index++, expected++)
        {
            bytes += model.Entries[(int)(index - model.Mark.Index - 1)].Data.Length;
            if (index > from && bytes > maxBytes)
            {
                break;
            }
        }

        Assert.That(read.Select(entry => entry.Index), Is.EqualTo(Enumerable.Range(0, expected).Select(i => from + i)));
    }

    /// <summary>Once every owner knows everything, what segments count is what points into them: no more, or they stay for ever.</summary>
    private void Audit()
    {
        CompleteAll(0);
        CompleteAll(1);
        for (int i = 0; i < _log.Segments.Count; i++)
        {
            LogSegment segment = _log.Segments[i];
            int records = 0;
            int references = 0;
            long bytes = 0;
            foreach (GroupState group in AllGroups.Select(id => _log.OpenGroup(id).State))
            {
                (int runs, int others, long runBytes) = group.Count(segment);
                references += runs;
                records += runs + others;
                bytes += runBytes;
            }

            Assert.That((segment.LiveRecords, segment.LiveBytes, segment.References), Is.EqualTo((records, bytes, references)), segment.Name);
        }
    }

    /// <summary>
    /// A new process opens the log, after a power cut or not. It may lose power while it opens, and right afterwards: what
    /// it has once seen stays.
    /// </summary>
    private void Restart(bool losesPower)
    {
        Coverage.Restarts++;
        _log.Dispose();
        _disk.FailsNextSync = false;
        _disk.CallsUntilPowerCut = -1;
        if (losesPower)
        {
            _disk.LosePower();
        }

        if (_random.Next(3) == 0)
        {
            _disk.CallsUntilPowerCut = _random.Next(5);
        }

        if (!TryOpen())
        {
            _disk.LosePower();
            Assert.That(TryOpen(), Is.True);
        }

        _disk.CallsUntilPowerCut = -1;
        Recognise();
        if (_random.Next(3) == 0)
        {
            _log.Dispose();
            _disk.LosePower();
            Assert.That(TryOpen(), Is.True);
            Assert.That(_written.Difference(_log, AllGroups), Is.Null, "what an earlier opening had found has changed");
        }
    }

    private IEnumerable<GroupId> AllGroups => _groups.Append(new GroupId(100)).Append(new GroupId(101));

    private bool TryOpen()
    {
        try
        {
            _log = NodeLog.Open(_disk, _options, new NodeId(7), Identity, create: false);
            return true;
        }
        catch (PowerCutException)
        {
            return false;
        }
    }

    /// <summary>Finds how much of what was under way is there, and goes on from that.</summary>
    private void Recognise()
    {
        ModelLog candidate = _written;
        string? difference = null;
        for (int taken = 0; taken <= _underWay.Count; taken++)
        {
            if (taken > 0)
            {
                _underWay[taken - 1](candidate);
            }

            string? now = candidate.Difference(_log, AllGroups);
            difference ??= now;
            if (now is null)
            {
                _underWay.Clear();
                _completed = candidate.Copy();
                Array.Clear(_isRemoving);
                foreach (Queue<LogBatch> queue in _inFlight)
                {
                    queue.Clear();
                }

                return;
            }
        }

        Assert.Fail($"No beginning of the {_underWay.Count} steps under way explains what is there; without any of them: {difference}");
    }
}
