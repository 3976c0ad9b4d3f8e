namespace Scp.Protocol.Session;

/// <summary>What a session tells its owner.</summary>
public enum SessionEventKind : byte
{
    None,

    /// <summary>The other side's hello has arrived: calls may go out.</summary>
    Up,

    /// <summary>A request to be answered with <c>Reply</c>.</summary>
    Request,

    /// <summary>A one-way message.</summary>
    Message,

    /// <summary>A call or a reliable one-way of this side has ended.</summary>
    Completed,

    /// <summary>The caller of a request no longer wants the reply.</summary>
    Cancelled,

    /// <summary>The peer opened a stream.</summary>
    StreamOpened,

    StreamReadable,

    /// <summary>A stream that had refused bytes takes more.</summary>
    StreamWritable,

    /// <summary>All of a stream has been read.</summary>
    StreamFinished,

    /// <summary>The peer gave the stream up; <see cref="SessionEvent.Code"/> says why.</summary>
    StreamReset,

    /// <summary>The peer wants no more of the stream.</summary>
    StreamStopped,

    /// <summary>All that was written to the stream has arrived.</summary>
    StreamSent,

    /// <summary>The initiator should open another bulk lane.</summary>
    LaneWanted,

    /// <summary>Datagrams do not get through; everything moves by bulk lane until they do.</summary>
    DatagramsBlocked,

    /// <summary>Datagrams get through.</summary>
    DatagramsOpen,

    /// <summary>The peer proved a new address.</summary>
    PathChanged,

    /// <summary>The session has ended. Nothing follows.</summary>
    Closed,
}
