namespace Scp.Serialization.Tests.Messages;

/// <summary>One message at three ages of its protocol.</summary>
public static partial class Versions
{
    [MessagePackObject]
    public sealed partial record First([Key(0)] int Id, [Key(1)] string Name, [Key(2)] int Retired);

    /// <summary>Grown by two members.</summary>
    [MessagePackObject]
    public sealed partial record Second(
        [Key(0)] int Id, [Key(1)] string Name, [Key(2)] int Retired, [Key(3)] string? Note, [Key(4)] List<int> Tags);

    /// <summary>Key 2 has gone, and stays unused.</summary>
    [MessagePackObject]
    public sealed partial record Third([Key(0)] int Id, [Key(1)] string Name, [Key(3)] string? Note, [Key(4)] List<int> Tags);

    [MessagePackObject]
    public sealed partial record Envelope([Key(0)] First Body);
}
