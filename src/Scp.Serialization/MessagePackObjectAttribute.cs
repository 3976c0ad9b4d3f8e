namespace Scp.Serialization;

/// <summary>
/// Generates <see cref="IMessagePackSerializable{TSelf}"/> for a partial class, struct or record: an array of its
/// members in the order of their <see cref="KeyAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = false)]
public sealed class MessagePackObjectAttribute : Attribute;
