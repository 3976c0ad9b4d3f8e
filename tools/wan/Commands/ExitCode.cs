namespace Wan.Commands;

/// <summary>What a command returns; the same numbers as the other programs of the project.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>There is no such WAN, or it does not answer.</summary>
    public const int Unreachable = 3;

    /// <summary>This machine or this user cannot do it.</summary>
    public const int CannotBeSatisfied = 4;

    public const int Conflict = 5;

    /// <summary>As shells have it: the program to run was found but could not be run.</summary>
    public const int CannotExecute = 126;

    /// <summary>As shells have it: the program to run was not found.</summary>
    public const int NotFound = 127;
}
