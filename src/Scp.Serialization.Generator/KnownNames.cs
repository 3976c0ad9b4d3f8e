namespace Scp.Serialization.Generator;

/// <summary>Names in Scp.Serialization that the generator looks for: it cannot reference what it serves.</summary>
internal static class KnownNames
{
    public const string Namespace = "Scp.Serialization";
    public const string MessagePackObject = Namespace + ".MessagePackObjectAttribute";
    public const string Key = Namespace + ".KeyAttribute";
    public const string IgnoreMember = Namespace + ".IgnoreMemberAttribute";
    public const string Serializable = "IMessagePackSerializable";
}
