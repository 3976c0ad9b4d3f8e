namespace Tidy.Purity;

/// <summary>
/// One place in compiled code that names something of another assembly. <see cref="Member"/> ends in "()" where it takes
/// no argument, and is null where only the type is named.
/// </summary>
public readonly record struct ApiUse(string Type, string? Member, string By, string? File, int Line);
