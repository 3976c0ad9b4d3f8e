namespace Consensus.Tests.Host;

/// <summary>Where a state machine keeps its newest snapshot: what a disk would be.</summary>
internal sealed class SnapshotShelf
{
    public SnapshotMark Mark { get; private set; }

    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>Parts read from it, over all openings.</summary>
    public int Reads { get; private set; }

    public void Put(in SnapshotMark mark, byte[] bytes)
    {
        Mark = mark;
        Bytes = bytes;
    }

    public ISnapshotSource Open() => new Source(this, Mark, Bytes);

    private sealed class Source(SnapshotShelf shelf, SnapshotMark mark, ReadOnlyMemory<byte> bytes) : ISnapshotSource
    {
        public SnapshotMark Mark => mark;

        public long LengthBytes => bytes.Length;

        public void Read(long offset, Span<byte> into)
        {
            shelf.Reads++;
            bytes.Span.Slice((int)offset, into.Length).CopyTo(into);
        }

        public void Dispose()
        {
        }
    }
}
