using System.Diagnostics.CodeAnalysis;

namespace Scp.Serialization;

/// <summary>
/// A type that writes itself as exactly one MessagePack item and reads itself back. Generated for every type marked
/// <see cref="MessagePackObjectAttribute"/>; a type may also implement it by hand (publicly) and is then usable as a
/// member of generated ones.
/// </summary>
public interface IMessagePackSerializable<TSelf>
    where TSelf : IMessagePackSerializable<TSelf>
{
    /// <summary>Writes this value as one item.</summary>
    void Write(ref MessagePackWriter writer);

    /// <summary>Reads one item. False leaves the reason in <see cref="MessagePackReader.Error"/>; bad bytes never throw.</summary>
    static abstract bool TryRead(ref MessagePackReader reader, [MaybeNullWhen(false)] out TSelf value);
}
