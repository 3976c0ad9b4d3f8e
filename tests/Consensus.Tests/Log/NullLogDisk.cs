using Consensus.Log;

namespace Consensus.Tests.Log;

/// <summary>A disk that takes everything and keeps nothing, for measuring what the log itself does.</summary>
internal sealed class NullLogDisk : ILogDisk
{
    public void List(List<string> names)
    {
    }

    public ILogFile Create(string name, long sizeBytes) => new NullFile(sizeBytes);

    public ILogFile Open(string name) => throw new LogDiskException("open", name, "nothing is kept");

    public void Rename(string from, string to)
    {
    }

    public void Delete(string name)
    {
    }

    public void SyncDirectory()
    {
    }

    private sealed class NullFile(long sizeBytes) : ILogFile
    {
        public long SizeBytes => sizeBytes;

        public void ReadAt(long offset, Span<byte> into) => throw new LogDiskException("read", "file", "nothing is kept");

        public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
        {
        }

        public void Sync()
        {
        }

        public void Dispose()
        {
        }
    }
}
