using System.Buffers;
using System.Runtime.CompilerServices;

namespace Scp.Serialization;

/// <summary>
/// Writes MessagePack, always in the shortest form, into a span that is given or into an <see cref="IBufferWriter{T}"/>
/// that grows.
/// </summary>
/// <remarks>
/// Over a span, running out of room is an answer and not an exception: <see cref="Overflowed"/> turns true, stays true,
/// and everything written is void. Over a buffer writer nothing is visible to its reader until <see cref="Flush"/>.
/// The state is a window and a position in it, so a write costs a compare, a store and an add in either case; only an
/// exhausted window tells the two apart. Pass it by reference: a copy would write over the original.
/// </remarks>
public ref partial struct MessagePackWriter
{
    /// <summary>Asked of a buffer writer at least, so that small items do not fetch a window each.</summary>
    private const int MinWindowBytes = 256;

    private readonly IBufferWriter<byte>? _output;
    private Span<byte> _window;
    private int _used;
    private long _flushedBytes;

    /// <summary>Writes into <paramref name="destination"/>, from its start.</summary>
    public MessagePackWriter(Span<byte> destination)
    {
        _window = destination;
    }

    /// <summary>Writes into <paramref name="output"/>, which nobody else may advance before <see cref="Flush"/>.</summary>
    public MessagePackWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
    }

    /// <summary>True once an item did not fit the span.</summary>
    public bool Overflowed { get; private set; }

    /// <summary>Bytes written so far; 0 after an overflow.</summary>
    public readonly long BytesWritten => _flushedBytes + _used;

    /// <summary>Hands the bytes written to the buffer writer. Writing may go on afterwards; over a span it does nothing.</summary>
    public void Flush()
    {
        if (_output is null)
        {
            return;
        }

        _output.Advance(_used);
        _flushedBytes += _used;
        _used = 0;
        _window = default;
    }

    /// <summary>Copies items that are already encoded. The caller vouches for them: they are not looked at.</summary>
    public void WriteRaw(ReadOnlySpan<byte> encoded)
    {
        if (_output is null)
        {
            if (TryReserve(encoded.Length))
            {
                encoded.CopyTo(_window[_used..]);
                _used += encoded.Length;
            }

            return;
        }

        // Piece by piece: a growing output need not find one stretch of memory for all of a large payload.
        while (!encoded.IsEmpty && TryReserve(1))
        {
            int piece = Math.Min(encoded.Length, _window.Length - _used);
            encoded[..piece].CopyTo(_window[_used..]);
            _used += piece;
            encoded = encoded[piece..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReserve(int bytes) => _window.Length - _used >= bytes || TryGrow(bytes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryGrow(int bytes)
    {
        if (_output is null)
        {
            // Without a window every later write comes here again, so that no fast path has to ask for the overflow.
            Overflowed = true;
            _window = default;
            _used = 0;
            return false;
        }

        Flush();
        _window = _output.GetSpan(Math.Max(bytes, MinWindowBytes));
        if (_window.Length < bytes)
        {
            ThrowHelper.ThrowInvalidOperation("The buffer writer returned less room than it was asked for.");
        }

        return true;
    }
}
