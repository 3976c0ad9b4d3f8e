namespace Scp.Protocol.Streams;

/// <summary>Something that the owner of a stream wants to know. <see cref="Code"/> says why, when the peer gave up.</summary>
internal readonly record struct StreamEvent(StreamEventKind Kind, StreamId Stream, Priority Priority, ErrorCode Code);
