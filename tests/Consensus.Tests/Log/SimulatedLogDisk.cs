using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>
/// A disk in memory, deterministic from a seed. What is synced survives <see cref="LosePower"/>; of what is not, any subset
/// of the written sectors does, and any subset of the names that were made, changed or deleted since the directory was
/// synced. It can be told to fail a sync, to be full, and to lose power at a given call.
/// </summary>
public sealed class SimulatedLogDisk(int seed) : ILogDisk
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, SimulatedLogFile> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SimulatedLogFile> _durableNames = new(StringComparer.Ordinal);
    private readonly List<NameChange> _pending = [];

    /// <summary>How many calls that change something still succeed; negative for no end.</summary>
    public int CallsUntilPowerCut { get; set; } = -1;

    public bool FailsNextSync { get; set; }

    /// <summary>How many bytes of files there is room for.</summary>
    public long CapacityBytes { get; set; } = long.MaxValue;

    public int SyncCount { get; set; }

    public int CallCount { get; private set; }

    public IEnumerable<string> Names => _names.Keys.Order(StringComparer.Ordinal);

    public SimulatedLogFile this[string name] => _names[name];

    public void List(List<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        names.AddRange(_names.Keys);
    }

    public ILogFile Create(string name, long sizeBytes)
    {
        Spend();
        if (_names.Values.Sum(file => (long)file.Bytes.Length) + sizeBytes > CapacityBytes)
        {
            throw new LogDiskException("allocate", name, "the disk is full", isOutOfSpace: true);
        }

        var file = new SimulatedLogFile(this, name, sizeBytes);
        Change(new NameChange(null, name, file));
        return new Handle(file);
    }

    public ILogFile Open(string name) =>
        _names.TryGetValue(name, out SimulatedLogFile? file) ? new Handle(file) : throw new LogDiskException("open", name, "there is none");

    public void Rename(string from, string to)
    {
        Spend();
        if (_names.ContainsKey(to))
        {
            throw new LogDiskException("rename", from, $"{to} is there already");
        }

        Change(new NameChange(from, to, _names[from]));
    }

    public void Delete(string name)
    {
        Spend();
        Change(new NameChange(name, null, _names[name]));
    }

    public void SyncDirectory()
    {
        Spend();
        _durableNames.Clear();
        foreach ((string name, SimulatedLogFile file) in _names)
        {
            _durableNames.Add(name, file);
        }

        _pending.Clear();
    }

    /// <summary>Loses power now. What is left is what the next process finds.</summary>
    public void LosePower()
    {
        foreach (NameChange change in _pending)
        {
            if (_random.Next(2) == 0 && change.AppliesTo(_durableNames))
            {
                change.ApplyTo(_durableNames);
            }
        }

        _pending.Clear();
        _names.Clear();
        foreach ((string name, SimulatedLogFile file) in _durableNames.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            _names.Add(name, file);
            file.LosePower(_random);
        }

        CallsUntilPowerCut = -1;
    }

    /// <summary>Counts a call that changes something. A write that power fails in has reached the system, and not the medium.</summary>
    internal void Spend()
    {
        CallCount++;
        if (CallsUntilPowerCut >= 0 && CallsUntilPowerCut-- == 0)
        {
            throw new PowerCutException();
        }
    }

    internal bool TakeSyncFailure()
    {
        bool fails = FailsNextSync;
        FailsNextSync = false;
        return fails;
    }

    private void Change(NameChange change)
    {
        change.ApplyTo(_names);
        _pending.Add(change);
    }

    private sealed record NameChange(string? From, string? To, SimulatedLogFile File)
    {
        public bool AppliesTo(Dictionary<string, SimulatedLogFile> names) =>
            (From is null || (names.TryGetValue(From, out SimulatedLogFile? there) && there == File)) && (To is null || !names.ContainsKey(To));

        public void ApplyTo(Dictionary<string, SimulatedLogFile> names)
        {
            if (From is not null)
            {
                names.Remove(From);
            }

            if (To is not null)
            {
                names.Add(To, File);
            }
        }
    }

    private sealed class Handle(SimulatedLogFile file) : ILogFile
    {
        public long SizeBytes => file.Bytes.Length;

        public void ReadAt(long offset, Span<byte> into) => file.Read(offset, into);

        public void WriteAt(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        public void Sync() => file.Sync();

        public void Dispose()
        {
        }
    }
}
