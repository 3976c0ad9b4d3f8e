namespace Scp.Serialization;

/// <summary>Why a <see cref="MessagePackReader"/> refused its bytes. The first reason stays.</summary>
public enum MessagePackError : byte
{
    None,

    /// <summary>The bytes end inside an item. The only refusal that more bytes could cure.</summary>
    Truncated,

    /// <summary>The next item is of another type than the one asked for.</summary>
    UnexpectedType,

    /// <summary>The value does not fit the type asked for.</summary>
    OutOfRange,

    /// <summary>A string, binary or extension is longer than <see cref="MessagePackLimits"/> allow.</summary>
    TooLong,

    /// <summary>An array or map has more elements than <see cref="MessagePackLimits"/> allow.</summary>
    TooManyElements,

    /// <summary>Objects are nested deeper than <see cref="MessagePackLimits.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>A string is not valid UTF-8.</summary>
    InvalidUtf8,

    /// <summary>An extension of the timestamp type has no known length, or a second of more than 10⁹ nanoseconds.</summary>
    InvalidTimestamp,

    /// <summary>The byte 0xC1, which the specification assigns to nothing.</summary>
    ReservedCode,

    /// <summary>A nested object that may not be null is absent or nil.</summary>
    MissingMember,

    /// <summary>A map that becomes a dictionary repeats a key.</summary>
    DuplicateKey,

    /// <summary>A whole message was read and bytes are left over.</summary>
    TrailingBytes,
}
