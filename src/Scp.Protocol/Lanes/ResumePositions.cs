using Scp.Protocol.Wire;

namespace Scp.Protocol.Lanes;

/// <summary>The resume positions of a parsed hello, read from its bytes one by one as they are asked for.</summary>
public readonly ref struct ResumePositions
{
    private readonly ReadOnlySpan<byte> _bytes;

    internal ResumePositions(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public int Count => _bytes.Length / ResumePosition.Size;

    public ResumePosition this[int index]
    {
        get
        {
            var reader = new WireReader(_bytes.Slice(index * ResumePosition.Size, ResumePosition.Size));
            return ResumePosition.Read(ref reader);
        }
    }

    public Enumerator GetEnumerator() => new(this);

    /// <summary>For <c>foreach</c>.</summary>
    public ref struct Enumerator
    {
        private readonly ResumePositions _positions;
        private int _index;

        internal Enumerator(ResumePositions positions)
        {
            _positions = positions;
            _index = -1;
        }

        public readonly ResumePosition Current => _positions[_index];

        public bool MoveNext() => ++_index < _positions.Count;
    }
}
