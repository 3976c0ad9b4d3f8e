using Microsoft.CodeAnalysis;

namespace Scp.Serialization.Generator;

/// <summary>What the generator refuses. All are errors: a type that half travels is worse than one that does not compile.</summary>
internal static class Diagnostics
{
    public const int MaxKey = 1023;

    public static readonly DiagnosticDescriptor NotPartial = Error(
        "SCPMP001", "A message must be partial", "'{0}' must be partial, and so must the types around it, for its codec to be generated");

    public static readonly DiagnosticDescriptor DuplicateKey = Error(
        "SCPMP002", "A key is used twice", "Key {0} of '{1}' is already that of '{2}'");

    public static readonly DiagnosticDescriptor UnsupportedMemberType = Error(
        "SCPMP003",
        "A member's type cannot travel",
        "'{0}' is of type '{1}', which has no MessagePack form here; use an integer, bool, float, double, string, byte[], ReadOnlyMemory<byte>, enum, DateTime, Guid, a message, or a T?, array, List or Dictionary of these");

    public static readonly DiagnosticDescriptor KeyOutOfRange = Error(
        "SCPMP004", "A key is out of range", "Key {0} of '{1}' must be from 0 to 1023: every unused key below the highest costs a byte in each message");

    public static readonly DiagnosticDescriptor MissingKey = Error(
        "SCPMP005", "A public member has no key", "'{0}' is public but has neither [Key] nor [IgnoreMember], so it would silently not travel");

    public static readonly DiagnosticDescriptor Generic = Error(
        "SCPMP006", "A message cannot be generic", "'{0}' is generic or inside a generic type; declare a message for each type that travels");

    public static readonly DiagnosticDescriptor NotConstructible = Error(
        "SCPMP007", "A message cannot be constructed", "'{0}' cannot be constructed by generated code: {1}");

    public static readonly DiagnosticDescriptor NotSettable = Error(
        "SCPMP008", "A keyed member cannot be set", "'{0}' must have a getter, and a setter, an init accessor or a constructor parameter of its name and type");

    public static readonly DiagnosticDescriptor Inherits = Error(
        "SCPMP009", "A message cannot derive from a message", "'{0}' derives from '{1}', whose keys are not taken over; make it a member instead");

    public static readonly DiagnosticDescriptor KeyOnNoState = Error(
        "SCPMP010", "A key stands on what does not travel", "'{0}' has a [Key] but is static, constant, an indexer, or marked [IgnoreMember] as well");

    private static readonly Dictionary<string, DiagnosticDescriptor> All = new[]
    {
        NotPartial, DuplicateKey, UnsupportedMemberType, KeyOutOfRange, MissingKey, Generic, NotConstructible, NotSettable, Inherits, KeyOnNoState,
    }.ToDictionary(descriptor => descriptor.Id);

    public static DiagnosticDescriptor ById(string id) => All[id];

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, "Scp.Serialization", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
