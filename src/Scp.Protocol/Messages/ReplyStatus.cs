namespace Scp.Protocol.Messages;

/// <summary>How the answering side ended a call.</summary>
public enum ReplyStatus : byte
{
    /// <summary>The handler ran; the payload is its answer.</summary>
    Ok = 0,

    /// <summary>The handler ran and failed; the payload says how, in the application's own terms.</summary>
    Failed = 1,

    /// <summary>The request certainly did not run here; the code says why.</summary>
    NotRun = 2,

    /// <summary>The request arrived before and its reply is no longer kept; it was not run again.</summary>
    Unknown = 3,
}
