namespace Scp.Protocol.Streams;

/// <summary>
/// What a side says of one stream when a session resumes: how far it has received (as in a StreamAck), how far the peer
/// may send, and whether it is through with the stream, so that what it has received counts the end as one more byte.
/// </summary>
internal readonly record struct StreamPosition(StreamId Stream, long Received, long Limit, bool Complete);
