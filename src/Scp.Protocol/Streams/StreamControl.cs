using Scp.Protocol.Wire;

namespace Scp.Protocol.Streams;

/// <summary>
/// One frame of the datagram lane about streams. Each states how far things have come, never a difference, so that loss,
/// repetition and reordering do no harm.
/// <code>
/// StreamAck      Value = bytes that arrived without a gap, plus one once the reader has taken all and the end
/// StreamCredit   Value = offset up to which the stream may send
/// SessionCredit  Value = bytes that all streams together may send; Stream is zero
/// StreamReset    Value = the highest offset ever sent, Code = why
/// StreamStop     Code = why
/// </code>
/// </summary>
internal readonly record struct StreamControl(FrameType Kind, StreamId Stream, long Value, ErrorCode Code);
