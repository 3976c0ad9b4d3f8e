namespace Scp.Protocol.Lanes;

/// <summary>What the sender of a hello wants.</summary>
public enum LaneHelloKind : byte
{
    /// <summary>A new session.</summary>
    Open = 1,

    /// <summary>The session of the token again, under a new epoch, after its lanes were lost.</summary>
    Resume = 2,

    /// <summary>One more bulk lane for the session of the token.</summary>
    Join = 3,

    /// <summary>The answer to each of the others.</summary>
    Accept = 4,
}
