using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>
/// A file as the process sees it, and as the medium has it. In between lie the sectors that were written and not synced:
/// at a power cut each of them, one by one, made it or did not.
/// </summary>
public sealed class SimulatedLogFile(SimulatedLogDisk disk, string name, long sizeBytes)
{
    public const int SectorBytes = 512;

    private readonly HashSet<int> _dirtySectors = [];
    private byte[] _seen = new byte[sizeBytes];
    private byte[] _durable = new byte[sizeBytes];
    private bool _isSizeDurable;

    /// <summary>The name it was opened or made under, for messages.</summary>
    public string Name => name;

    /// <summary>What the process sees; a test may spoil it, which then is what the medium holds as well.</summary>
    public byte[] Bytes => _seen;

    public void Read(long offset, Span<byte> into)
    {
        if (offset + into.Length > _seen.Length)
        {
            throw new LogDiskException("read", name, "it ends before");
        }

        _seen.AsSpan((int)offset, into.Length).CopyTo(into);
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset + bytes.Length > _seen.Length)
        {
            throw new InvalidOperationException($"A write to {name} at {offset} goes beyond its end.");
        }

        bytes.CopyTo(_seen.AsSpan((int)offset));
        for (long at = offset / SectorBytes; at * SectorBytes < offset + bytes.Length; at++)
        {
            _dirtySectors.Add((int)at);
        }

        disk.Spend();
    }

    public void Sync()
    {
        disk.Spend();
        if (disk.TakeSyncFailure())
        {
            // The system forgets that these were to be written: it shows them on, and the next sync succeeds without them.
            _dirtySectors.Clear();
            throw new LogDiskException("sync", name, "the medium failed");
        }

        _isSizeDurable = true;
        foreach (int sector in _dirtySectors)
        {
            CopySector(sector);
        }

        _dirtySectors.Clear();
        disk.SyncCount++;
    }

    /// <summary>Flips bits of a byte, on the medium and as read.</summary>
    public void Rot(long offset, byte bits)
    {
        _seen[offset] ^= bits;
        _durable[offset] ^= bits;
    }

    public void LosePower(Random random)
    {
        // In a fixed order: the same seed is to lose the same sectors.
        foreach (int sector in _dirtySectors.Order())
        {
            if (random.Next(2) == 0)
            {
                CopySector(sector);
            }
        }

        _dirtySectors.Clear();
        if (!_isSizeDurable && random.Next(2) == 0)
        {
            _durable = [];
        }

        _isSizeDurable = true;
        _seen = (byte[])_durable.Clone();
    }

    private void CopySector(int sector)
    {
        int at = sector * SectorBytes;
        int count = Math.Min(SectorBytes, _seen.Length - at);
        Array.Copy(_seen, at, _durable, at, count);
    }
}
