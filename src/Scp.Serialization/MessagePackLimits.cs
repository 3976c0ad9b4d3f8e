namespace Scp.Serialization;

/// <summary>
/// What a reader accepts from a peer. Every limit is checked on the header, before anything is allocated; whatever a
/// header claims must also fit the bytes that remain, so memory is always proportional to what really arrived.
/// </summary>
public sealed record MessagePackLimits
{
    public const int DefaultMaxDepth = 32;
    public const int DefaultMaxStringBytes = 1 << 20;
    public const int DefaultMaxBinaryBytes = 16 << 20;
    public const int DefaultMaxArrayElements = 1 << 16;
    public const int DefaultMaxMapEntries = 1 << 12;

    public static MessagePackLimits Default { get; } = new();

    /// <summary>
    /// Objects inside objects. Reading nests on the stack, and a type that contains itself could otherwise be nested
    /// until the stack ends; no message of ours is deeper than ten.
    /// </summary>
    public int MaxDepth { get; init; } = DefaultMaxDepth;

    /// <summary>A string becomes UTF-16 at once, at twice its size; text beyond a megabyte belongs in a binary.</summary>
    public int MaxStringBytes { get; init; } = DefaultMaxStringBytes;

    /// <summary>A binary or extension is copied whole; what is larger travels as a stream.</summary>
    public int MaxBinaryBytes { get; init; } = DefaultMaxBinaryBytes;

    /// <summary>
    /// An element costs as little as one byte on the wire and a whole object once decoded: this bounds what is set
    /// aside for an array before its first element has been read.
    /// </summary>
    public int MaxArrayElements { get; init; } = DefaultMaxArrayElements;

    /// <summary>
    /// Lower than that of arrays: a peer may choose integer keys that all fall into one bucket of a dictionary, and the
    /// work to insert them grows with the square of their number. At this number it stays within milliseconds.
    /// </summary>
    public int MaxMapEntries { get; init; } = DefaultMaxMapEntries;
}
