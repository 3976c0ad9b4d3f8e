namespace Scp.Serialization.Generator.Model;

/// <summary>A keyed property or field.</summary>
/// <param name="Name">As it is written in code, with an @ where it is a keyword.</param>
/// <param name="Parameter">Position among the constructor's parameters, or -1 if it is set in the initializer.</param>
internal sealed record MemberModel(int Key, string Name, TypeModel Type, int Parameter);
