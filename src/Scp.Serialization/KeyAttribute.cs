namespace Scp.Serialization;

/// <summary>
/// The position of a member in its message's array. A key is forever: a member that goes away leaves its key unused,
/// which is written as nil. On a positional record it may stand on the parameter itself.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter)]
public sealed class KeyAttribute(int key) : Attribute
{
    /// <summary>The position, from 0.</summary>
    public int IntKey { get; } = key;
}
