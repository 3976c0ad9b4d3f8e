namespace Scp.Protocol.Crypto;

/// <summary>What became of an arriving datagram. All but <see cref="Opened"/> mean: drop it without an answer.</summary>
internal enum OpenStatus : byte
{
    /// <summary>Authentic and new; its number is marked as received.</summary>
    Opened,

    /// <summary>Too short, or of a version or kind that does not belong to this session.</summary>
    Malformed,

    /// <summary>Of an epoch or key phase for which there are no keys, or none any more.</summary>
    UnknownKeys,

    /// <summary>Its number was received before or is too old to tell.</summary>
    Replayed,

    /// <summary>It did not open.</summary>
    Forged,
}
