namespace Scp.Protocol.Session;

/// <summary>What a lane has to write.</summary>
public enum LaneOutput : byte
{
    None,

    /// <summary>Small frames only.</summary>
    Frames,

    /// <summary>Bytes of streams, or packets while datagrams are blocked; or there may be, which only a poll can tell.</summary>
    Chunks,
}
