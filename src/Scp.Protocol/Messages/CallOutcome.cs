namespace Scp.Protocol.Messages;

/// <summary>How a call, or a reliable one-way, ended. Exactly one is reported for each that was accepted.</summary>
public enum CallOutcome : byte
{
    /// <summary>The peer answered; the status of the reply says what.</summary>
    Replied,

    /// <summary>A reliable one-way was acknowledged: the peer has it and delivers it once.</summary>
    Delivered,

    /// <summary>It certainly did not run: it never left, or the peer refused it.</summary>
    NotRun,

    /// <summary>It may have run. It was sent, and nothing certain came back.</summary>
    Unknown,
}
