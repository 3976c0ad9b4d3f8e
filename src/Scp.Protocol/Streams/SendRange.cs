namespace Scp.Protocol.Streams;

/// <summary>What the next chunk of a stream carries.</summary>
internal readonly record struct SendRange(long Offset, int Length, bool Fin, bool IsRepeat)
{
    /// <summary>The same with fewer bytes, and so without the end.</summary>
    public SendRange Shortened(int length) => length < Length ? this with { Length = length, Fin = false } : this;
}
