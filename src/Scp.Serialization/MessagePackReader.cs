using System.Buffers;
using System.Runtime.CompilerServices;

namespace Scp.Serialization;

/// <summary>
/// Reads MessagePack in every form that the specification allows, from bytes that a peer sent and that may be anything.
/// </summary>
/// <remarks>
/// Nothing here throws on bad bytes. A method that answers false has failed the reader for good: <see cref="Error"/>
/// keeps the first reason and every later read fails too, so a caller may check once, at the end. Limits are checked on
/// the header, before anything is allocated. <see cref="MessagePackError.Truncated"/> is only reported for bytes that
/// some continuation would make acceptable as far as the limits go.
/// <para>
/// The state is a window of contiguous bytes and a position in it. A sequence of many segments is a row of windows;
/// only an item that straddles two of them takes the slow way. Pass it by reference: a copy would read on its own.
/// </para>
/// </remarks>
public ref partial struct MessagePackReader
{
    private readonly MessagePackLimits _limits;
    private readonly ReadOnlySequence<byte> _sequence;
    private SequencePosition _nextSegment;
    private ReadOnlySpan<byte> _window;
    private int _position;
    private int _depth;
    private long _bytesBefore;
    private long _bytesAfter;

    /// <summary>Reads <paramref name="bytes"/> within <paramref name="limits"/>, or the default ones.</summary>
    public MessagePackReader(ReadOnlySpan<byte> bytes, MessagePackLimits? limits = null)
    {
        _limits = limits ?? MessagePackLimits.Default;
        _window = bytes;
    }

    /// <summary>Reads <paramref name="bytes"/>, wherever its segments end, with the same outcome as if they were one.</summary>
    public MessagePackReader(in ReadOnlySequence<byte> bytes, MessagePackLimits? limits = null)
    {
        _limits = limits ?? MessagePackLimits.Default;
        _window = bytes.FirstSpan;
        if (!bytes.IsSingleSegment)
        {
            _sequence = bytes;
            _nextSegment = bytes.Start;
            _ = bytes.TryGet(ref _nextSegment, out _);
            _bytesAfter = bytes.Length - _window.Length;
        }
    }

    /// <summary>Why the bytes were refused, or <see cref="MessagePackError.None"/>.</summary>
    public MessagePackError Error { get; private set; }

    public readonly bool Failed => Error != MessagePackError.None;

    /// <summary>Bytes read so far; once failed, somewhere within the item at fault.</summary>
    public readonly long Consumed => _bytesBefore + _position;

    /// <summary>Bytes not read yet; 0 once failed.</summary>
    public readonly long Remaining => _window.Length - _position + _bytesAfter;

    /// <summary>
    /// The type of the next item, without reading it. An item is not yet known to be whole or within limits.
    /// </summary>
    public MessagePackType PeekType() =>
        TryPeek(out byte code) ? MessagePackCode.TypeOf(code) : MessagePackType.None;

    /// <summary>Reads a nil if one is next. False means only that the next item is another one: it is no failure.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool SkipIfNil()
    {
        if (TryPeek(out byte code) && code == MessagePackCode.Nil)
        {
            _position++;
            return true;
        }

        return false;
    }

    /// <summary>
    /// One level down. Whatever can be nested as deep as a peer likes calls this before it descends, and
    /// <see cref="Leave"/> after.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnter() => ++_depth <= _limits.MaxDepth || Fail(MessagePackError.TooDeep);

    /// <summary>One level up again.</summary>
    public void Leave() => _depth--;

    /// <summary>Refuses the bytes for a reason that only the caller can see. Always false, to be returned.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public bool Fail(MessagePackError error)
    {
        if (error == MessagePackError.None)
        {
            ThrowHelper.ThrowInvalidOperation("A failure needs a reason.");
        }

        if (!Failed)
        {
            // Without bytes every later read runs into the end by itself: no fast path has to ask for the failure.
            Error = error;
            _bytesBefore += _position;
            _window = default;
            _position = 0;
            _bytesAfter = 0;
        }

        return false;
    }

    private bool FailTruncated() => Fail(MessagePackError.Truncated);

    private bool FailUnexpected(byte code) =>
        Fail(code == MessagePackCode.Reserved ? MessagePackError.ReservedCode : MessagePackError.UnexpectedType);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryPeek(out byte code)
    {
        if ((uint)_position < (uint)_window.Length || TryNextWindow())
        {
            code = _window[_position];
            return true;
        }

        code = 0;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeByte(out byte value)
    {
        if (TryPeek(out value))
        {
            _position++;
            return true;
        }

        return FailTruncated();
    }

    /// <summary>Moves to the next segment that has bytes. Only called at the end of a window.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryNextWindow()
    {
        while (_bytesAfter > 0 && _sequence.TryGet(ref _nextSegment, out ReadOnlyMemory<byte> segment))
        {
            _bytesBefore += _position;
            _bytesAfter -= segment.Length;
            _window = segment.Span;
            _position = 0;
            if (!segment.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }
}
