namespace Scp.Serialization;

/// <summary>A public member that does not travel. Without it, a public member that has no key is a compile error.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class IgnoreMemberAttribute : Attribute;
