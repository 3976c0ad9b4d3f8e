namespace Scp.Serialization;

/// <summary>The families of the MessagePack format, as <see cref="MessagePackReader.PeekType"/> tells them apart.</summary>
public enum MessagePackType : byte
{
    /// <summary>No item follows: the bytes have ended, the reader has failed, or the next byte is the reserved code.</summary>
    None,
    Nil,
    Boolean,
    Integer,
    Float,
    String,
    Binary,
    Array,
    Map,
    Extension,
}
